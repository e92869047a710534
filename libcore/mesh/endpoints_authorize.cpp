// What a sidecar asks before it lets a peer in (consul-behaviour.md 2.8).
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"
#include "connect/spiffe.h"
#include "mesh/endpoints.h"
#include "mesh/go_decode.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

struct Question {
  std::string target;
  std::string uri;
  std::string serial;  // not used: Consul does not either
};

constexpr std::string_view kType = "structs.ConnectAuthorizeRequest";
constexpr std::string_view kName = "ConnectAuthorizeRequest";

Result<Question> read_question(std::string_view text) {
  const auto value = read_json(text);
  if (!value) return std::unexpected(value.error());
  Question question;
  const std::vector<GoField> fields{{"Target", go_text(question.target)},
                                    {"ClientCertURI", go_text(question.uri)},
                                    {"ClientCertSerial", go_text(question.serial)}};
  if (auto error = read_struct(*value, GoPlace{}.in(kName), kType, fields)) {
    return fail(ErrorCode::invalid, std::move(*error));
  }
  return question;
}

// Go's url package reads a scheme in any case.
std::string with_lower_scheme(std::string uri) {
  constexpr std::string_view kScheme = "spiffe://";
  const std::string_view head = std::string_view(uri).substr(0, kScheme.size());
  if (iequals(head, kScheme)) uri.replace(0, kScheme.size(), kScheme);
  return uri;
}

// Agents and signing keys have identities too, which no intention names.
bool is_other_identity(std::string_view uri) {
  if (!uri.starts_with("spiffe://")) return false;
  const std::string_view rest = uri.substr(9);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  return rest.substr(slash).starts_with("/agent/client/dc/") ||
         (slash == rest.size() && rest.ends_with(".consul"));
}

std::string reason_of(const State& state, const Decision& decision) {
  if (decision.by != nullptr) return "Matched intention: " + decision.by->str();
  if (!state.acl.enabled() && decision.allowed) {
    return "ACLs disabled, access is allowed by default";
  }
  return "Default behavior configured by ACLs";
}

// Since when the agent has the intentions about a target in its cache.
class Asked {
 public:
  void note(const Call& call, const std::string& target, Reply& reply) {
    constexpr std::size_t kMostTargets = 4096;
    constexpr std::size_t kLongest = 1024;  // no service has such a name
    if (call.token.size() + target.size() > kLongest) {
      reply.cache = CacheNews::miss;
      return;
    }
    if (since_.size() >= kMostTargets) since_.clear();
    const auto [at, is_new] = since_.emplace(call.token + '\n' + target, call.now.steady);
    reply.cache = is_new ? CacheNews::miss : CacheNews::hit;
    reply.age = std::chrono::floor<std::chrono::seconds>(call.now.steady - at->second).count();
  }

 private:
  std::map<std::string, SteadyTime> since_;  // by token and target
};

Reply authorize(const State& state, Asked& asked, const Call& call) {
  const auto question = read_question(call.body);
  if (!question) {
    return refuse(400, "Bad request: Request decode failed: " + question.error().message);
  }
  if (question->target.empty()) return refuse(400, "Bad request: Target service must be specified");
  // The trust domain is not compared: the chain check at the TLS layer has done that.
  const auto peer = connect::parse_service_id(with_lower_scheme(question->uri));
  if (!peer) {
    return refuse(400, is_other_identity(question->uri)
                           ? "Bad request: ClientCertURI not a valid Service identifier"
                           : "Bad request: ClientCertURI not a valid Connect identifier");
  }
  if (!state.acl.may(call.token, Resource::service, question->target, Access::write)) {
    return refuse(403, "Permission denied");
  }
  const Decision decision = peer->ns == "default"
                                ? state.intentions.decide(peer->service, question->target)
                                : Decision{state.intentions.allow_by_default(), nullptr};
  Reply reply = json_reply(
      call, Json{{"Authorized", decision.allowed}, {"Reason", reason_of(state, decision)}});
  asked.note(call, question->target, reply);
  return reply;
}

}  // namespace

void add_authorize_endpoint(Endpoints& endpoints, State& state) {
  endpoints.add("/v1/agent/connect/authorize", {"POST"},
                [&state, asked = std::make_shared<Asked>()](const Call& call) {
                  return authorize(state, *asked, call);
                });
}

}  // namespace gw::mesh
