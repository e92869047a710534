// The vaults of this machine: the environment and files.
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "config/reader.h"
#include "proxy/references.h"

namespace gw::proxy {
namespace {

constexpr std::size_t kMaxSecretBytes = std::size_t{1} << 20;

// Kong's rule: prefix and name together, '-' as '_', in capitals.
std::string variable_of(const VaultReference& reference) {
  const auto prefix = reference.options.find("prefix");
  std::string name = prefix == reference.options.end() ? std::string{} : prefix->second;
  name += reference.path.front();
  for (char& c : name) c = c == '-' ? '_' : to_upper(c);
  return name;
}

// What the reader found wrong stays here: it quotes the secret.
std::optional<std::string> member_of(const std::string& json, const std::string& key) {
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto file = sources.add("secret.json", json);
  const auto documents = config::read_documents(sources, file, diagnostics);
  if (documents.size() != 1) return std::nullopt;
  const config::Node* value = documents.front().find(key);
  if (value == nullptr) return std::nullopt;
  const bool scalar = value->is(config::Kind::string) || value->is(config::Kind::number) ||
                      value->is(config::Kind::boolean);
  return scalar ? std::optional(value->text) : std::nullopt;
}

Result<std::string> from_environment(const VaultReference& reference) {
  const std::string name = variable_of(reference);
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    return fail(ErrorCode::missing,
                fmt::format("the environment variable {} is {}; set it where the gateway is "
                            "started, and restart",
                            printable(name), value == nullptr ? "not set" : "empty"));
  }
  if (reference.path.size() == 1) return std::string(value);
  const std::string& key = reference.path.at(1);
  auto member = member_of(value, key);
  if (!member) {
    return fail(ErrorCode::invalid,
                fmt::format("the environment variable {} holds no JSON object with a text '{}'",
                            printable(name), printable(key)));
  }
  return std::move(*member);
}

// A password that an editor has ended with a new line is meant without.
Result<std::string> from_file(const std::string& path) {
  auto text = read_file(path == "-" ? "./-" : path, kMaxSecretBytes);
  if (!text) return text;
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->empty()) return fail(ErrorCode::invalid, fmt::format("{}: the file is empty", path));
  return text;
}

}  // namespace

Result<std::string> look_up_local(const VaultReference& reference) {
  if (reference.path.empty()) return fail(ErrorCode::invalid, "the reference names no secret");
  if (reference.vault == "env") return from_environment(reference);
  if (reference.vault == "file") return from_file(reference.path.front());
  return fail(
      ErrorCode::unsupported,
      fmt::format("vault '{}' is not looked up here; use env or file", printable(reference.vault)));
}

VaultLookup with_local_vaults(VaultLookup consul) {
  return [consul = std::move(consul)](const VaultReference& reference) {
    return reference.vault == "consul" ? consul(reference) : look_up_local(reference);
  };
}

}  // namespace gw::proxy
