#include "gateway/plugins/key_auth.h"

#include "base/secret.h"
#include "gateway/plugins/body_key.h"
#include "gateway/plugins/header_lookup.h"
#include "http/arguments.h"

namespace gw::gateway {
namespace {

using http::Known;

using Found = http::Argument::Found;

// Where a key was found, so that hide_credentials can take it out again.
struct KeySearch {
  enum class Result : std::uint8_t { none, found, duplicate, need_body, unreadable_body };
  Result result = Result::none;
  std::string_view key;
  std::string_view name;  // of key_names
};

// One place a key may stand in, for one name.
http::Argument in_header(Scratch::State& s, std::string_view name) {
  const HeaderLookup header = look_up_header(s.request->head.fields, name);
  if (header.count == 0) return {};
  return {header.count > 1 ? Found::several : Found::value, header.first};
}

http::Argument in_query(Scratch::State& s, std::string_view name) {
  return s.target.has_query ? http::find_argument(s.target.query, name, s.arena) : http::Argument{};
}

bool is_final(const http::Argument& argument) {
  return argument.found == Found::value || argument.found == Found::several;
}

KeySearch search(const model::KeyAuth& config, Scratch::State& s) {
  const auto content_type = s.header(Known::content_type);
  for (const std::string& name : config.key_names) {
    http::Argument found;
    if (config.key_in_header) found = in_header(s, name);
    if (!is_final(found) && config.key_in_query) found = in_query(s, name);
    if (!is_final(found) && config.key_in_body) {
      if (!s.body && !s.body_failed) return {KeySearch::Result::need_body, {}, {}};
      const BodyKey in_body =
          s.body_failed ? BodyKey{false, {}}
                        : find_body_key(content_type.value_or(""), *s.body, name, s.arena);
      if (!in_body.readable && s.traits().unreadable_body_is_400) {
        return {KeySearch::Result::unreadable_body, {}, {}};
      }
      found = in_body.argument;
    }
    if (found.found == Found::several) return {KeySearch::Result::duplicate, {}, name};
    if (found.found == Found::value) {
      return {found.value.empty() ? KeySearch::Result::none : KeySearch::Result::found, found.value,
              name};
    }
  }
  return {};
}

// The credential goes no further: header, every query argument of that name, body field.
void hide(const model::KeyAuth& config, std::string_view name, Scratch::State& s) {
  if (config.key_in_header) {
    const HeaderLookup header = look_up_header(s.request->head.fields, name);
    if (header.count > 0) s.removed_upstream.push_back(header.matched_name);
  }
  if (config.key_in_query && s.target.has_query) {
    const auto argument = http::find_argument(s.target.query, name, s.arena);
    if (argument.found != Found::absent) {
      s.query = http::without_argument(s.target.query, name, s.arena);
    }
  }
  if (config.key_in_body && s.body) {
    auto body =
        without_body_key(s.header(Known::content_type).value_or(""), *s.body, name, s.arena);
    if (body) {
      s.new_body = std::move(*body);
      s.has_new_body = true;
    }
  }
}

void set_or_remove(Scratch::State& s, std::string_view name, std::string_view value) {
  s.removed_upstream.push_back(name);
  if (!value.empty()) s.set_upstream.push_back({name, value});
}

void set_identity(Scratch::State& s) {
  const model::Consumer& consumer = s.snapshot->config.consumers[*s.consumer];
  set_or_remove(s, "X-Consumer-ID", s.snapshot->consumer_ids[*s.consumer]);
  set_or_remove(s, "X-Consumer-Custom-ID", consumer.custom_id);
  set_or_remove(s, "X-Consumer-Username", consumer.username);
  if (s.traits().sends_credential_identifier) {
    set_or_remove(s, "X-Credential-Identifier",
                  s.credential != nullptr ? std::string_view(s.credential->id_text) : "");
  }
  if (s.traits().clears_credential_username) set_or_remove(s, "X-Credential-Username", "");
  set_or_remove(s, "X-Anonymous-Consumer", s.anonymous ? "true" : "");
}

void explain_credential(Scratch::State& s, std::string_view key) {
  if (s.trace == nullptr) return;
  const model::Consumer& consumer = s.snapshot->config.consumers[*s.consumer];
  s.trace->credential = Trace::Credential{"key-auth", s.credential->id_text,
                                          !consumer.username.empty()    ? consumer.username
                                          : !consumer.custom_id.empty() ? consumer.custom_id
                                                                        : consumer.id.str(),
                                          Secret(std::string(key)).fingerprint()};
}

// Kong 3.7 and later challenge on every 401; before only when no key was sent.
Outcome refuse(const CompiledKeyAuth& plugin, Scratch::State& s, std::string_view message,
               bool no_key) {
  const bool challenge = no_key || s.traits().always_challenges;
  if (plugin.config->anonymous.empty()) {
    return {.kind = Outcome::Kind::refuse,
            .status = 401,
            .message = message,
            .challenge = challenge ? std::string_view(plugin.challenge) : std::string_view{}};
  }
  if (!plugin.anonymous) {
    const bool shown = no_key && s.traits().challenges_on_anonymous_failure;
    return Outcome::crashed(shown ? std::string_view(plugin.challenge) : std::string_view{});
  }
  s.consumer = plugin.anonymous;
  s.anonymous = true;
  set_identity(s);
  return Outcome::proceed();
}

}  // namespace

Outcome run_key_auth(const CompiledKeyAuth& plugin, Scratch::State& s) {
  const model::KeyAuth& config = *plugin.config;
  if (!config.run_on_preflight && s.request->head.method == "OPTIONS") return Outcome::proceed();
  const KeySearch found = search(config, s);
  switch (found.result) {
    case KeySearch::Result::need_body:
      return Outcome::want_body();
    case KeySearch::Result::unreadable_body:
      return {.kind = Outcome::Kind::refuse,
              .status = 400,
              .message = "Cannot process request body",
              .challenge = {}};
    case KeySearch::Result::duplicate:
      return refuse(plugin, s, "Duplicate API key found", false);
    case KeySearch::Result::none:
      return refuse(plugin, s, "No API key found in request", true);
    case KeySearch::Result::found:
      break;
  }
  const CredentialEntry* entry = s.snapshot->find_key(found.key);
  if (config.hide_credentials) hide(config, found.name, s);
  if (entry == nullptr) return refuse(plugin, s, s.traits().unknown_key, false);
  s.consumer = entry->consumer;
  s.credential = entry;
  set_identity(s);
  explain_credential(s, found.key);
  return Outcome::proceed();
}

}  // namespace gw::gateway
