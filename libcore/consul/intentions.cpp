#include "consul/intentions.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/percent.h"
#include "base/text.h"
#include "consul/answer_json.h"
#include "consul/way.h"

namespace gw::consul {
namespace {

using config::Kind;
using config::Node;
using connect::Intention;
using connect::IntentionAction;

const std::string kPath = "/v1/connect/intentions";

// Of a list that is larger something else is wrong.
constexpr std::size_t kMostIntentions = 20'000;

// Errors of 500 that say nothing about the intention.
constexpr std::array<std::string_view, 4> kAway{"No cluster leader", "No path to datacenter",
                                                "Connect must be enabled", "rpc error"};

// On one line, as it may stand in parentheses.
std::string one_line(std::string_view body) {
  constexpr std::size_t kMost = 500;
  std::string out;
  for (const char c : body.substr(0, kMost)) {
    const bool space = c == '\n' || c == '\t' || c == ' ';
    if (!space) {
      out += c;
    } else if (!out.empty() && !out.ends_with(' ')) {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return printable(out);
}

bool is_about_intention(long status, std::string_view body) {
  if (status != 400 && status != 500) return false;
  return std::ranges::none_of(
      kAway, [&](std::string_view text) { return body.find(text) != std::string_view::npos; });
}

std::string_view remedy_for(long status) {
  if (status == 403) {
    return "; the token needs intentions:write on the destination, and intentions:read to look "
           "(CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE or --token-file)";
  }
  if (status == 404) return "; is this the address of a Consul agent's HTTP API, 1.2 or newer?";
  return "";
}

// As Consul's own client words it.
std::unexpected<Error> refused(const Answer& answer) {
  const std::string_view body = answer.body.reveal();
  std::string text =
      fmt::format("Unexpected response code: {} ({})", answer.status, one_line(body));
  if (is_about_intention(answer.status, body)) return fail(ErrorCode::invalid, std::move(text));
  return fail(ErrorCode::unreachable, text + std::string(remedy_for(answer.status)));
}

std::string text_of(const Node& object, std::string_view key) {
  const Node* value = object.find(key);
  return value != nullptr && value->is(Kind::string) ? value->text : std::string{};
}

Result<ListedIntention> read_intention(const Node& object) {
  ListedIntention out{.id = text_of(object, "ID"),
                      .what = {.source = text_of(object, "SourceName"),
                               .destination = text_of(object, "DestinationName")},
                      .source_namespace = text_of(object, "SourceNS"),
                      .destination_namespace = text_of(object, "DestinationNS"),
                      .description = text_of(object, "Description")};
  if (out.what.source.empty() || out.what.destination.empty()) {
    return odd("an intention has no SourceName or DestinationName");
  }
  const std::string action = text_of(object, "Action");
  out.has_permissions = action.empty();
  out.what.action = action == "allow" ? IntentionAction::allow : IntentionAction::deny;
  if (const Node* precedence = object.find("Precedence"); precedence != nullptr) {
    out.precedence = static_cast<int>(std::clamp(precedence->number, 0.0, 100.0));
  }
  return out;
}

std::string body_of(const NewIntention& intention) {
  const nlohmann::ordered_json body{{"SourceName", intention.what.source},
                                    {"DestinationName", intention.what.destination},
                                    {"SourceType", "consul"},
                                    {"Action", connect::action_text(intention.what.action)},
                                    {"Description", intention.description}};
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string by_names(std::string_view way, std::string_view source, std::string_view destination) {
  return fmt::format("{}/{}?source={}&destination={}", kPath, way, percent_encode(source),
                     percent_encode(destination));
}

}  // namespace

Result<void> check_intention_name(std::string_view name) {
  constexpr std::size_t kLongest = 255;
  const bool clean = !name.empty() && name.size() <= kLongest && is_utf8(name) &&
                     std::ranges::none_of(name, [](char c) {
                       return c == '/' || static_cast<unsigned char>(c) < ' ' || c == 0x7F;
                     });
  if (clean) return {};
  return fail(ErrorCode::invalid,
              fmt::format("'{}' is no service name: write it as the catalog does, or '*' for any; "
                          "a namespace is told by CONSUL_NAMESPACE",
                          printable(name)));
}

Result<Answer> IntentionClient::ask(const Request& request) {
  auto answer = client_.send(request);
  if (!answer) {
    return fail(answer.error().code,
                fmt::format("Consul at {} cannot be asked: {}; {}", client_.settings().name(),
                            answer.error().message, remedy_for_way(answer.error().message)));
  }
  if (answer->status != 200) return refused(*answer);
  return answer;
}

Result<std::vector<ListedIntention>> IntentionClient::list() {
  const auto answer = ask({.path = kPath});
  if (!answer) return std::unexpected(answer.error());
  const auto array = read_answer(answer->body.reveal(), Kind::sequence);
  if (!array) return std::unexpected(array.error());
  if (array->items.size() > kMostIntentions) return odd("it has too many intentions");
  std::vector<ListedIntention> out;
  for (const Node& item : array->items) {
    auto intention = read_intention(item);
    if (!intention) return std::unexpected(intention.error());
    out.push_back(std::move(*intention));
  }
  return out;
}

Result<ListedIntention> IntentionClient::find(const std::string& source,
                                              const std::string& destination) {
  auto all = list();
  if (!all) return std::unexpected(all.error());
  const std::string& asked = client_.settings().ns;
  const std::string ns = asked.empty() ? "default" : asked;
  const auto found = std::ranges::find_if(*all, [&](const ListedIntention& one) {
    const bool here = (one.source_namespace.empty() || one.source_namespace == ns) &&
                      (one.destination_namespace.empty() || one.destination_namespace == ns);
    return here && one.what.source == source && one.what.destination == destination;
  });
  if (found != all->end()) return std::move(*found);
  return fail(ErrorCode::missing,
              fmt::format("Intention with source \"{}\" and destination \"{}\" not found.",
                          printable(source), printable(destination)));
}

Result<void> IntentionClient::create(const NewIntention& intention) {
  const auto answer = ask({.method = Method::post, .path = kPath, .body = body_of(intention)});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

// One that was written without an id (Consul 1.9 and later) is known by its names.
Result<void> IntentionClient::update(const ListedIntention& old, const NewIntention& intention) {
  if (!old.id.empty()) {
    const auto answer = ask({.method = Method::put,
                             .path = kPath + "/" + percent_encode(old.id),
                             .body = body_of(intention)});
    if (!answer) return std::unexpected(answer.error());
    return {};
  }
  const nlohmann::ordered_json body{{"SourceType", "consul"},
                                    {"Action", connect::action_text(intention.what.action)},
                                    {"Description", intention.description}};
  const auto answer =
      ask({.method = Method::put,
           .path = by_names("exact", intention.what.source, intention.what.destination),
           .body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

Result<void> IntentionClient::remove(const ListedIntention& old) {
  const auto answer =
      ask({.method = Method::remove,
           .path = old.id.empty() ? by_names("exact", old.what.source, old.what.destination)
                                  : kPath + "/" + percent_encode(old.id)});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

Result<bool> IntentionClient::check(const std::string& source, const std::string& destination) {
  const auto answer = ask({.path = by_names("check", source, destination)});
  if (!answer) return std::unexpected(answer.error());
  const auto object = read_answer(answer->body.reveal(), Kind::mapping);
  if (!object) return std::unexpected(object.error());
  const Node* allowed = object->find("Allowed");
  if (allowed == nullptr || !allowed->is(Kind::boolean)) return odd("it has no 'Allowed'");
  return allowed->boolean;
}

}  // namespace gw::consul
