#include "mesh/sample_service.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "http/message.h"
#include "mesh/dial.h"
#include "mesh/http_get.h"
#include "mesh/sample_body.h"
#include "mesh/sample_faults.h"
#include "mesh/sample_reader.h"
#include "mesh/upstream_uri.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
constexpr std::uint16_t kOk = 200;
constexpr std::uint16_t kInternalError = 500;

// "x-request-id" -> "X-Request-Id", as Go's textproto writes field names.
std::string canonical(std::string_view name) {
  std::string out;
  bool first = true;
  for (const char c : name) {
    out += first ? to_upper(c) : to_lower(c);
    first = c == '-';
  }
  return out;
}

// What belongs to the inbound connection or message alone.
bool is_copied(std::string_view name) {
  static constexpr std::array<std::string_view, 11> kOwn{"Connection",
                                                         "Content-Length",
                                                         "Expect",
                                                         "Host",
                                                         "Keep-Alive",
                                                         "Proxy-Connection",
                                                         "Te",
                                                         "Trailer",
                                                         "Transfer-Encoding",
                                                         "Upgrade",
                                                         "Proxy-Authorization"};
  return std::ranges::find(kOwn, name) == kOwn.end();
}

// Of a field that comes more than once the last value; sorted, as Go writes them.
std::vector<std::pair<std::string, std::string>> upstream_fields(
    const UpstreamUri& uri, std::span<const http::Field> inbound) {
  std::map<std::string, std::string> copied;
  std::string agent = "Go-http-client/1.1";
  for (const http::Field& field : inbound) {
    std::string name = canonical(field.name);
    if (name == "User-Agent") {
      agent = field.value;
    } else if (is_copied(name)) {
      copied.insert_or_assign(std::move(name), std::string(field.value));
    }
  }
  std::vector<std::pair<std::string, std::string>> fields{{"Host", uri.authority}};
  if (!agent.empty()) fields.emplace_back("User-Agent", std::move(agent));
  fields.insert(fields.end(), copied.begin(), copied.end());
  return fields;
}

net::HttpResponse plain_answer(std::uint16_t status, std::string body,
                               const net::HttpRequest& request) {
  net::HttpResponse response{.status = status, .fields = {}, .body = std::move(body), .length = {}};
  // rs/cors with its defaults.
  const bool is_simple =
      request.method == "GET" || request.method == "POST" || request.method == "HEAD";
  if (is_simple && http::find(request.fields, "Origin")) {
    response.fields.emplace_back("Access-Control-Allow-Origin", "*");
  }
  response.fields.emplace_back("Content-Type", kPlainText);
  response.fields.emplace_back("Vary", "Origin");
  if (request.method == "HEAD") response.length = response.body.size();
  return response;
}

// What is no request, as Go's server words it.
net::HttpResponse refusal(std::uint16_t status) {
  const std::string text = fmt::format("{} {}", status, http::reason_phrase(status));
  return {.status = status,
          .fields = {{"Content-Type", std::string(kPlainText)}},
          .body = text,
          .length = {}};
}

net::HttpServerOptions server_options() {
  net::HttpServerOptions options;
  options.connections = 1024;
  return options;
}

}  // namespace

struct SampleService::Impl {
  struct UpstreamCall {
    SampleAnswer answer;
    bool failed = false;
  };

  Impl(net::Loop& own_loop, SampleOptions own_options, int descriptor)
      : loop(own_loop),
        options(std::move(own_options)),
        faults(options.behaviour),
        timing(options.behaviour),
        server(
            loop, descriptor, server_options(),
            [this](const net::HttpRequest& request) { return handle(request); },
            [](std::uint16_t status, const net::Address&) { return refusal(status); }) {
    for (const std::string& uri : options.upstream_uris) {
      upstreams.push_back(read_upstream_uri(uri));
    }
    if (options.behaviour.ip_addresses.empty()) {
      options.behaviour.ip_addresses = {options.listen.ip.str()};
    }
  }

  net::Task<net::HttpResponse> handle(const net::HttpRequest& request) {
    if (go_path(request.target) == "/health") co_return plain_answer(kOk, "OK", request);
    const Instant began = loop.now();
    SampleAnswer answer;
    answer.name = options.behaviour.name;
    answer.uri = go_uri(request.target);
    answer.type = "HTTP";
    answer.ip_addresses = options.behaviour.ip_addresses;
    if (const auto fault = faults.next(began.steady)) {
      co_await pause_until(loop, began.steady + fault->delay);
      answer.code = fault->code;
      answer.error = fault->error;
    } else {
      co_await serve(request, began, answer);
    }
    ++requests;
    if (answer.code != kOk) ++failures;
    co_return plain_answer(static_cast<std::uint16_t>(answer.code), to_json(answer), request);
  }

  // The first upstream that fails is the last one that is called, and then no time is taken.
  net::Task<void> serve(const net::HttpRequest& request, Instant began, SampleAnswer& answer) {
    answer.code = kOk;
    for (const UpstreamUri& upstream : upstreams) {
      UpstreamCall call = co_await call_upstream(upstream, request);
      answer.upstream_calls.push_back(std::move(call.answer));
      if (!call.failed) continue;
      answer.code = kInternalError;
      break;
    }
    const auto planned = timing.next();
    if (answer.code == kOk) {
      co_await pause_until(loop, began.steady + planned);
      answer.body = options.behaviour.message;
    }
    const Instant ended = loop.now();
    answer.start_time = sample_time(began.wall);
    answer.end_time = sample_time(ended.wall);
    answer.duration = go_duration(ended.steady - began.steady);
  }

  net::Task<UpstreamCall> call_upstream(const UpstreamUri& upstream,
                                        const net::HttpRequest& request) {
    const std::string target = upstream.target(go_path(request.target));
    const std::string requested = upstream.authority.empty()
                                      ? upstream.text
                                      : fmt::format("http://{}{}", upstream.authority, target);
    std::string problem = upstream.problem;
    const auto to = problem.empty() ? find_address(upstream) : std::nullopt;
    if (problem.empty() && !to) {
      problem = fmt::format("dial tcp: lookup {}: no such host", upstream.host);
    }
    if (!problem.empty()) co_return unreachable(upstream, requested, problem);
    // A name for each: GCC 12 destroys an aggregate within a co_await twice.
    HttpGet get{.to = *to,
                .target = target,
                .fields = upstream_fields(upstream, request.fields),
                .time = options.upstream_time};
    const auto answer = co_await http_get(loop, buffers, std::move(get));
    if (!answer) co_return unreachable(upstream, requested, answer.error());
    co_return judge(upstream, requested, *answer);
  }

  [[nodiscard]] static UpstreamCall unreachable(const UpstreamUri& upstream,
                                                std::string_view requested, std::string_view why) {
    return {unreachable_upstream(upstream.text, requested, why), true};
  }

  [[nodiscard]] std::optional<net::Address> find_address(const UpstreamUri& upstream) const {
    if (iequals(upstream.host, "localhost")) return net::Address{options.local, upstream.port};
    const auto ip = IpAddress::parse(upstream.host);
    if (!ip) return std::nullopt;
    return net::Address{*ip, upstream.port};
  }

  // The upstream's own words, under the address and status that the caller knows it by.
  [[nodiscard]] static UpstreamCall judge(const UpstreamUri& upstream, std::string_view requested,
                                          const HttpAnswer& answer) {
    UpstreamCall call{.answer = {}, .failed = !answer.body_failure.empty() || answer.status != kOk};
    SampleAnswer& shown = call.answer;
    if (answer.body_failure.empty()) shown = from_json(answer.body).value_or(SampleAnswer{});
    shown.uri = upstream.text;
    shown.code = answer.status;
    if (!answer.body_failure.empty()) {
      // fake-service prints the error with %d, and this is what Go makes of it.
      shown.error =
          fmt::format("Error reading response body: &{{%!d(string={})}}", answer.body_failure);
    } else if (call.failed) {
      shown.error = fmt::format("Error processing upstream request: {}", requested);
    }
    return call;
  }

  net::Loop& loop;
  SampleOptions options;
  std::vector<UpstreamUri> upstreams;
  SampleFaults faults;
  SampleTiming timing;
  net::BufferPool buffers;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  net::HttpServer server;
};

Result<std::unique_ptr<SampleService>> SampleService::start(net::Loop& loop,
                                                            SampleOptions options) {
  const auto descriptor = net::listen_on(options.listen, {});
  if (!descriptor) return std::unexpected(descriptor.error());
  return std::unique_ptr<SampleService>(
      new SampleService(std::make_unique<Impl>(loop, std::move(options), *descriptor)));
}

SampleService::SampleService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SampleService::~SampleService() = default;

net::Address SampleService::address() const {
  return impl_->server.address();
}

std::uint64_t SampleService::requests() const {
  return impl_->requests;
}

std::uint64_t SampleService::failures() const {
  return impl_->failures;
}

}  // namespace gw::mesh
