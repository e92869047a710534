#include "admin/api.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "admin/endpoint.h"
#include "admin/guard.h"
#include "admin/json.h"
#include "admin/secrets.h"
#include "base/text.h"
#include "http/uri.h"

namespace gw::admin {
namespace {

using namespace std::string_view_literals;
using model::Level;

constexpr std::size_t kMaxQueryArguments = 100;  // as many as Kong reads
// How Kong 2.0 and 2.1 answer HEAD and OPTIONS (kong-behaviour.md 8.2).
constexpr std::string_view kOldVerbs = "GET, HEAD, PUT, PATCH, POST, DELETE";
constexpr std::array kReading{"GET"sv, "HEAD"sv, "OPTIONS"sv};

bool is_old(const Level& level) {
  return level < Level{2, 2};
}

bool reads(std::string_view method) {
  return std::ranges::find(kReading, method) != kReading.end();
}

Reply options(const Request& request, const Endpoint* endpoint, const Level& level) {
  if (is_old(level)) {
    return {.status = 204,
            .fields = {{"Access-Control-Allow-Methods", std::string(kOldVerbs)},
                       {"Access-Control-Allow-Headers", "Content-Type"}}};
  }
  if (endpoint == nullptr) return not_found();
  const std::string verbs = endpoint->allow();
  const auto asked = http::find(request.fields, "access-control-request-headers");
  const bool echoes = asked && level >= Level{3, 4};
  return {.status = 204,
          .fields = {{"Allow", verbs},
                     {"Access-Control-Allow-Methods", verbs},
                     {"Access-Control-Allow-Headers",
                      echoes ? std::string(*asked) : std::string("Content-Type")}}};
}

bool is_named_by_secret(const config::EntitySpec* spec) {
  return spec != nullptr && is_secret(spec->collection, spec->endpoint_key);
}

std::string loggable_path(std::string_view path, const Endpoint* endpoint) {
  if (endpoint == nullptr) return "-";
  const bool hide = is_named_by_secret(endpoint->spec) || is_named_by_secret(endpoint->parent);
  return hide ? endpoint->path : std::string(path);
}

}  // namespace

class Api::Table {
 public:
  explicit Table(const Level& of) : level(of), endpoints(endpoints_of(of)) {}
  Level level;
  std::vector<Endpoint> endpoints;
};

namespace {

Reply dispatch(LiveNode& node, const Catalogue& catalogue, const Request& request,
               const std::vector<Endpoint>& endpoints, std::optional<Match> found) {
  const Endpoint* endpoint = found ? found->endpoint : nullptr;
  if (request.method == "OPTIONS") return options(request, endpoint, catalogue.level());
  if (endpoint == nullptr) return not_found();
  const Handler handler = endpoint->handler(request.method);
  if (handler == nullptr) return method_not_allowed();
  Call call{.node = node,
            .catalogue = catalogue,
            .request = request,
            .endpoint = *endpoint,
            .endpoints = endpoints,
            .names = std::move(found->names),
            .query = parse_arguments(http::split_target(request.target).query, kMaxQueryArguments)};
  return handler(call);
}

class Finish {
 public:
  Finish(const LiveNode& node, const Request& request, const Level& level, SteadyTime arrived)
      : node_(node), request_(request), level_(level), arrived_(arrived) {}

  // `known`: whether the path is one of ours.
  Response run(Reply reply, bool known = false) {
    Response out;
    out.status = reply.status;
    const bool old_head = known && request_.method == "HEAD" && is_old(level_);
    if (old_head) out.status = 200;
    write_body(out, reply, old_head);
    write_cors(out);
    std::ranges::move(reply.fields, std::back_inserter(out.fields));
    const auto spent = node_.clock().now().steady - arrived_;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
    out.fields.emplace_back("X-Kong-Admin-Latency", fmt::format("{}", ms));
    out.fields.emplace_back("Server",
                            old_head ? "openresty" : fmt::format("kong/{}", level_.version()));
    return out;
  }

 private:
  const LiveNode& node_;
  const Request& request_;
  Level level_;
  SteadyTime arrived_;

  void write_body(Response& out, const Reply& reply, bool old_head) const {
    const bool html = !reply.html_title.empty();
    if (html || old_head) {
      out.fields.emplace_back("Content-Type", "text/html; charset=UTF-8");
    } else if (reply.body) {
      out.fields.emplace_back("Content-Type", "application/json; charset=utf-8");
    }
    if (old_head) return;
    if (html) out.body = page_text(reply.html_title);
    if (reply.body) out.body = write_json(*reply.body);
    const bool bodiless = out.status == 204 || out.status == 304;
    if (!bodiless) out.length = out.body.size();
    if (request_.method == "HEAD") out.body.clear();
  }

  void write_cors(Response& out) const {
    if (out.status == 403) return;  // a page that may not ask may not read either
    const bool echoes = level_ >= Level{3, 4};
    const std::string origin = echoes ? allowed_origin(request_) : std::string("*");
    out.fields.emplace_back("Access-Control-Allow-Origin", origin);
    if (level_ < Level{3, 4}) return;
    out.fields.emplace_back("Access-Control-Allow-Credentials", "true");
  }
};

// What nginx in front of Kong's code refuses by itself.
std::optional<Reply> refused_early(const Request& request) {
  if (!request.target.starts_with('/')) return page(400, "400 Bad Request");
  const bool nginx = request.method == "TRACE" || request.method == "CONNECT";
  if (nginx) return page(405, "405 Not Allowed");
  return std::nullopt;
}

}  // namespace

Api::Api(LiveNode& node) : node_(node) {}
Api::~Api() = default;

Response Api::handle(const Request& request) {
  const SteadyTime arrived = node_.clock().now().steady;
  const CataloguePtr catalogue = node_.catalogue();
  Finish finish(node_, request, catalogue->level(), arrived);
  if (auto early = refused_early(request)) return finish.run(*std::move(early));
  if (const auto why = objection(request, node_.info())) return finish.run(say(403, *why));
  if (!table_ || table_->level != catalogue->level()) {
    table_ = std::make_unique<const Table>(catalogue->level());
  }
  const std::string_view path = http::split_target(request.target).path;
  auto found = match(table_->endpoints, path);
  const Endpoint* endpoint = found ? found->endpoint : nullptr;
  Reply reply = dispatch(node_, *catalogue, request, table_->endpoints, std::move(found));
  if (!reads(request.method)) {
    const CataloguePtr now = node_.catalogue();
    node_.audit({.peer = request.peer,
                 .method = request.method,
                 .endpoint = endpoint == nullptr ? "unknown" : std::string_view(endpoint->path),
                 .status = reply.status,
                 .config = now->hash(),
                 .was = catalogue->hash()});
  }
  Response response = finish.run(std::move(reply), endpoint != nullptr);
  response.loggable_path = loggable_path(path, endpoint);
  return response;
}

Response Api::refuse(std::uint16_t status, std::string_view message) {
  const CataloguePtr catalogue = node_.catalogue();
  const SteadyTime now = node_.clock().now().steady;
  const Request none{};
  return Finish(node_, none, catalogue->level(), now).run(say(status, message));
}

}  // namespace gw::admin
