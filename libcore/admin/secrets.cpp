#include "admin/secrets.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "base/secret.h"
#include "base/text.h"
#include "config/codes.h"
#include "config/findings.h"

namespace gw::admin {
namespace {

using namespace std::string_view_literals;
using config::Kind;
using config::Node;

// Random values of many bits: their fingerprint tells them apart and gives nothing away.
struct KeyRow {
  std::string_view collection;
  std::string_view field;
};
constexpr std::array kKeys{
    KeyRow{"keyauth_credentials", "key"},
    KeyRow{"certificates", "key"},
    KeyRow{"certificates", "key_alt"},
    KeyRow{"keys", "jwk"},
    KeyRow{"keys", "pem"},
};
// Parts of names under which secrets stand in any plugin's config, whether we know it or not.
constexpr std::array kWords{"password"sv, "passphrase"sv, "secret"sv,       "token"sv,
                            "api_key"sv,  "apikey"sv,     "private_key"sv,  "access_key"sv,
                            "cookie"sv,   "credential"sv, "header_value"sv, "authorization"sv};
// Names with such a word whose values only name something.
constexpr std::array kNames{"hash_on_cookie"sv, "hash_on_cookie_path"sv, "cookie_names"sv,
                            "cookie_name"sv,    "cookie_path"sv,         "cookie_domain"sv};

constexpr std::string_view kRedacted = "[redacted]";
constexpr std::string_view kFingerprint = "sha256:";
constexpr std::size_t kFingerprintDigits = 8;

enum class Hide : std::uint8_t { no, fingerprint, whole };

Hide how_hidden(std::string_view collection, std::string_view field) {
  for (const KeyRow& row : kKeys) {
    if (row.collection == collection && row.field == field) return Hide::fingerprint;
  }
  const std::string name = lower(field);
  if (std::ranges::find(kNames, name) != kNames.end()) return Hide::no;
  const auto within = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  return std::ranges::any_of(kWords, within) ? Hide::whole : Hide::no;
}

using Visit = std::function<void(Node& value, Hide how)>;

// A list's items are what the list is; a record below a secret's name is secret as a whole.
void visit_secrets(Node& node, std::string_view collection, Hide how, const Visit& visit) {
  if (node.is(Kind::string) && how != Hide::no) visit(node, how);
  for (Node& item : node.items) visit_secrets(item, collection, how, visit);
  for (config::Member& member : node.members) {
    const Hide own = how == Hide::no ? how_hidden(collection, member.key) : how;
    visit_secrets(member.value, collection, own, visit);
  }
}

bool is_mask(std::string_view text) {
  if (text == kRedacted) return true;
  if (!text.starts_with(kFingerprint)) return false;
  const std::string_view digits = text.substr(kFingerprint.size());
  return digits.size() == kFingerprintDigits &&
         std::ranges::all_of(digits, [](char c) { return hex_value(c) >= 0; });
}

}  // namespace

void mask_secrets(Node& shown, std::string_view collection) {
  visit_secrets(shown, collection, Hide::no, [](Node& value, Hide how) {
    if (value.text.empty() || value.text.starts_with("{vault://")) return;
    value.text = how == Hide::whole
                     ? std::string(kRedacted)
                     : std::string(kFingerprint) + Secret(std::move(value.text)).fingerprint();
  });
}

bool is_secret(std::string_view collection, std::string_view field) {
  return how_hidden(collection, field) != Hide::no;
}

void report_masked(const config::Entity& entity, config::Diagnostics& diagnostics) {
  Node copy = *entity.node;
  visit_secrets(copy, entity.spec->collection, Hide::no, [&](const Node& value, Hide) {
    if (!is_mask(value.text)) return;
    auto found = config::make_diagnostic(config::code::kBadForm, value.where,
                                         "a masked value, not the secret itself");
    found.path = config::path_of(entity);
    found.expected = "the secret, or a {vault://...} reference";
    found.suggestion = "GET /config masks secrets: put them back before sending it";
    diagnostics.add(std::move(found));
  });
}

}  // namespace gw::admin
