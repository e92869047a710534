// /v1/connect/ca/..., /v1/agent/connect/ca/... (consul-behaviour.md 2.5 to 2.7).
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "mesh/ca_provider.h"
#include "mesh/endpoints.h"
#include "mesh/go_decode.h"
#include "mesh/go_values.h"
#include "mesh/reply_json.h"
#include "mesh/sample_body.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

constexpr std::chrono::hours kPrunes{1};
constexpr std::uint64_t kFirstIndex = 5;  // an agent has its configuration before its root
constexpr std::size_t kMaxTokens = 4096;

std::string ttl_text(std::chrono::seconds ttl) {
  const auto whole = std::chrono::floor<std::chrono::hours>(ttl);
  return whole == ttl ? fmt::format("{}h", whole.count()) : go_duration(ttl);
}

std::string date(WallSeconds t) {
  return format_rfc3339(t);
}

Json root_json(const Root& root) {
  Json json{{"ID", root.id},
            {"Name", root.name},
            {"SerialNumber", root.serial},
            {"SigningKeyID", root.signing_key_id},
            {"ExternalTrustDomain", root.trust_uuid},
            {"NotBefore", date(root.not_before)},
            {"NotAfter", date(root.not_after)},
            {"RootCert", root.pem},
            {"IntermediateCerts", nullptr},
            {"Active", root.active},
            {"PrivateKeyType", root.key_type},
            {"PrivateKeyBits", root.key_bits},
            {"CreateIndex", root.create_index},
            {"ModifyIndex", root.modify_index}};
  if (!root.intermediates.empty()) json["IntermediateCerts"] = root.intermediates;
  return json;
}

Json leaf_json(const CachedLeaf& cached) {
  const IssuedLeaf& leaf = cached.leaf;
  return {{"SerialNumber", leaf.serial},
          {"CertPEM", leaf.certificate},
          {"PrivateKeyPEM", std::string(leaf.key.reveal())},
          {"Service", leaf.service},
          {"ServiceURI", leaf.uri},
          {"ValidAfter", date(leaf.not_before)},
          {"ValidBefore", date(leaf.not_after)},
          {"CreateIndex", cached.create_index},
          {"ModifyIndex", cached.modify_index}};
}

Reply bad_request(std::string_view why) {
  return refuse(400, fmt::format("Bad request: {}", why));
}

struct Put {
  std::string provider;
  std::string config;  // an object with sorted keys; empty: null
  std::map<std::string, std::string> state;
  bool force = false;
  bool force_snake = false;
  std::uint64_t create_index = 0;  // not used: Consul does not either
  std::uint64_t modify_index = 0;  // of what is to be replaced; 0: of any
};

// What all of them share; the handlers own it.
class Ca : public std::enable_shared_from_this<Ca> {
 public:
  explicit Ca(State& state)
      : state_(state),
        config_{{"IntermediateCertTTL", "8760h"},
                {"LeafCertTTL", ttl_text(state.leaves.policy().ttl)},
                {"RotationPeriod", "2160h"}} {}

  void begin() {
    prune_later();
    note_roots();
    const std::weak_ptr<Ca> weak = weak_from_this();
    watch_ = state_.changes.subscribe([weak] {
      if (const auto self = weak.lock()) self->note_roots();
    });
  }

  Reply roots(const Call& call);
  Reply agent_roots(const Call& call);
  Reply leaf(const Call& call);
  Reply configuration(const Call& call) { return call.method == "PUT" ? put(call) : get(call); }

 private:
  // The roots and their configuration are one table to who waits.
  [[nodiscard]] std::uint64_t roots_index() const {
    return std::max(state_.authority->active().modify_index, modify_index_);
  }
  [[nodiscard]] std::vector<const Root*> sorted_roots() const;
  Reply roots_json(const Call& call) const;
  void note_roots();
  void prune_later();
  [[nodiscard]] std::optional<Reply> deny(const Call& call, Resource resource,
                                          std::string_view name) const;
  Reply get(const Call& call) const;
  Reply put(const Call& call);
  Reply apply(const Put& put);
  // As Consul compares: the texts, so that another form of the same key makes a new root.
  [[nodiscard]] bool keeps_root(const CaProvider& next) const {
    return next.private_key.reveal() == key_.reveal() && next.root_cert == root_cert_;
  }
  [[nodiscard]] Result<void> change_root(const CaProvider& next);

  State& state_;
  Json config_;
  Secret key_;  // of config_, as it was given
  std::string root_cert_;
  bool force_ = false;
  std::uint64_t modify_index_ = kFirstIndex;
  std::uint64_t noted_ = 0;
  SteadyTime noted_at_{};
  std::set<std::string> tokens_;  // for whom the agent has the roots in its cache
  Changes::Subscription watch_;
};

// As Consul's store keeps them: by ID, not by age.
std::vector<const Root*> Ca::sorted_roots() const {
  std::vector<const Root*> all;
  for (const Root& root : state_.authority->roots()) all.push_back(&root);
  std::ranges::sort(all, {}, [](const Root* root) { return root->id; });
  return all;
}

Reply Ca::roots_json(const Call& call) const {
  Json roots = Json::array();
  for (const Root* root : sorted_roots()) roots.push_back(root_json(*root));
  Reply reply = json_reply(call, {{"ActiveRootID", state_.authority->active().id},
                                  {"TrustDomain", state_.authority->trust_domain()},
                                  {"Roots", std::move(roots)}});
  reply.index = roots_index();
  reply.known_leader = false;
  return reply;
}

Reply Ca::roots(const Call& call) {
  const std::string_view pem = call.get("pem");
  if (pem.empty()) return roots_json(call);
  const auto wanted = parse_go_bool(pem);
  if (!wanted) return bad_request("The 'pem' query parameter must be a boolean value");
  if (!*wanted) return roots_json(call);
  Reply reply{.content_type = "application/pem-certificate-chain"};
  for (const Root* root : sorted_roots()) {
    reply.body += root->pem;
    for (const std::string& intermediate : root->intermediates) reply.body += intermediate;
  }
  return reply;
}

void Ca::note_roots() {
  if (std::exchange(noted_, roots_index()) != roots_index()) {
    noted_at_ = state_.loop.now().steady;
  }
}

// Whether a request that waits was answered by its wait and not at once: the agent's cache counts
// that as a miss.
bool has_waited(const Call& call, std::uint64_t index, SteadyTime changed) {
  constexpr std::chrono::milliseconds kJustNow{100};
  if (!call.waits) return false;
  const auto known = parse_uint(call.get("index"));
  return !known || *known >= index || call.now.steady - changed < kJustNow;
}

Reply Ca::agent_roots(const Call& call) {
  note_roots();
  Reply reply = roots_json(call);
  if (tokens_.size() >= kMaxTokens) tokens_.clear();
  const bool is_new = tokens_.insert(call.token).second;
  // The agent keeps them fresh by itself: they are never old.
  const bool missed = is_new || has_waited(call, roots_index(), noted_at_);
  reply.cache = missed ? CacheNews::miss : CacheNews::hit;
  return reply;
}

std::optional<Reply> Ca::deny(const Call& call, Resource resource, std::string_view name) const {
  if (!state_.acl.knows(call.token)) return refuse(403, "ACL not found");
  if (!state_.acl.may(call.token, resource, name, Access::write)) {
    return refuse(403, "Permission denied");
  }
  return std::nullopt;
}

Reply Ca::leaf(const Call& call) {
  const std::string& service = call.rest;
  // A name that cannot be is told before the token is looked at.
  const bool is_name = !service.empty() && !service.contains('/');
  if (is_name) {
    if (auto denied = deny(call, Resource::service, service)) return *denied;
  }
  const auto found = state_.leaves.get(service, call.token, call.waits);
  if (!found) return refuse(500, found.error().message);
  tokens_.insert("");  // the agent has asked for the roots itself
  const CachedLeaf& cached = *found->entry;
  Reply reply = json_reply(call, leaf_json(cached));
  reply.index = cached.modify_index;
  reply.has_contact = false;
  const bool missed = !found->was_cached || has_waited(call, cached.modify_index, cached.fetched);
  reply.cache = missed ? CacheNews::miss : CacheNews::hit;
  reply.age = std::chrono::floor<std::chrono::seconds>(call.now.steady - cached.fetched).count();
  return reply;
}

void Ca::prune_later() {
  const std::weak_ptr<Ca> weak = weak_from_this();
  state_.loop.at(state_.loop.now().steady + kPrunes, [weak] {
    const auto self = weak.lock();
    if (!self) return;
    State& state = self->state_;
    const WallSeconds now = whole_seconds(state.loop.now().wall);
    if (state.authority->prune(now, 2 * state.leaves.policy().ttl)) {
      state.authority->stamp(state.changes.advance());
    }
    self->prune_later();
  });
}

Reply Ca::get(const Call& call) const {
  if (auto denied = deny(call, Resource::operators, "")) return *denied;
  return json_reply(call, {{"Provider", "consul"},
                           {"Config", config_},
                           {"State", nullptr},
                           {"ForceWithoutCrossSigning", force_},
                           {"CreateIndex", kFirstIndex},
                           {"ModifyIndex", modify_index_}});
}

GoRead go_index(std::uint64_t& to) {
  return [&to](const Json& value, const GoPlace& place) -> GoError {
    const bool fits =
        value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
    if (!fits) return go_mismatch(value, place, "uint64");
    to = value.get<std::uint64_t>();
    return std::nullopt;
  };
}

Result<Put> read_put(std::string_view body) {
  const auto json = read_json(body);
  if (!json) return std::unexpected(json.error());
  Put put;
  const std::vector<GoField> fields{
      {"Provider", go_text(put.provider)},
      {"Config", go_object(put.config)},
      {"State", go_text_map(put.state)},
      {"ForceWithoutCrossSigning", go_bool(put.force)},
      {"force_without_cross_signing", go_bool(put.force_snake)},
      {"CreateIndex", go_index(put.create_index)},
      {"ModifyIndex", go_index(put.modify_index)},
  };
  // Consul's own type has no name; this is how Go prints it.
  constexpr std::string_view kType =
      "struct { ForceWithoutCrossSigningSnake bool "
      "\"json:\\\"force_without_cross_signing\\\"\"; *structs.Alias }";
  if (auto error = read_struct(*json, {}, kType, fields)) {
    return fail(ErrorCode::invalid, std::move(*error));
  }
  return put;
}

Reply Ca::put(const Call& call) {
  auto read = read_put(call.body);
  if (!read) return bad_request("Request decode failed: " + read.error().message);
  if (auto denied = deny(call, Resource::operators, "")) return *denied;
  if (!read->state.empty()) {
    return bad_request(
        "Provider State is read-only. It must be omitted or identical to the current value");
  }
  if (read->provider != "consul") {
    return refuse(500, fmt::format("could not initialize provider: unknown CA provider {}",
                                   go_quote(read->provider)));
  }
  return apply(*read);
}

Reply Ca::apply(const Put& put) {
  Json config;
  if (!put.config.empty()) config = read_json(put.config).value_or(nullptr);
  if (config == config_) return {.content_type = ""};  // Consul does nothing then
  const auto provider = read_ca_provider(config);
  if (!provider) return refuse(500, "error configuring provider: " + provider.error().message);
  // A check-and-set that fails changes nothing, and Consul does not say so; a new root it does not
  // stop.
  const bool is_stale = put.modify_index != 0 && put.modify_index != modify_index_;
  if (is_stale && keeps_root(*provider)) return {.content_type = ""};
  if (auto changed = change_root(*provider); !changed) {
    return refuse(500, changed.error().message);
  }
  key_ = provider->private_key;
  root_cert_ = provider->root_cert;
  const auto ttl = std::chrono::floor<std::chrono::seconds>(provider->leaf_ttl);
  state_.leaves.set_ttl(std::max(ttl, std::chrono::seconds(1)));
  config_ = std::move(config);
  force_ = put.force || put.force_snake;
  modify_index_ = state_.changes.advance();
  return {.content_type = ""};
}

Result<void> Ca::change_root(const CaProvider& next) {
  if (keeps_root(next)) return {};
  if (next.root_cert.empty()) {
    auto rotated = state_.rotate(next.private_key);
    if (rotated) return {};
    return fail(
        rotated.error().code,
        "error generating CA root certificate: error generating CA: " + rotated.error().message);
  }
  const std::string before = state_.authority->active().id;
  auto adopted = state_.authority->adopt(whole_seconds(state_.loop.now().wall), next.private_key,
                                         next.root_cert);
  if (!adopted) return adopted;
  if (state_.authority->active().id == before) return {};
  state_.authority->stamp(state_.changes.advance());
  state_.leaves.on_rotation();
  return {};
}

}  // namespace

void add_ca_endpoints(Endpoints& endpoints, State& state) {
  const auto ca = std::make_shared<Ca>(state);
  ca->begin();
  endpoints.add(
      "/v1/connect/ca/roots", {"GET"}, [ca](const Call& call) { return ca->roots(call); }, false);
  endpoints.add(
      "/v1/agent/connect/ca/roots", {"GET"},
      [ca](const Call& call) { return ca->agent_roots(call); }, false);
  endpoints.add(
      "/v1/agent/connect/ca/leaf/", {"GET"}, [ca](const Call& call) { return ca->leaf(call); },
      false);
  endpoints.add(
      "/v1/connect/ca/configuration", {"GET", "PUT"},
      [ca](const Call& call) { return ca->configuration(call); }, false);
}

}  // namespace gw::mesh
