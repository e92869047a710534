#include "consul/answers.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/x509.h"
#include "consul/answer_json.h"

namespace gw::consul {
namespace {

using config::Kind;
using config::Node;

// A root stands for twice a leaf's life, so more than a few are a mistake or an attack.
constexpr std::size_t kMostRoots = 100;

Result<std::string> read_text(const Node& object, std::string_view field) {
  const Node* value = object.find(field);
  if (value == nullptr || !value->is(Kind::string) || value->text.empty()) {
    return odd(fmt::format("it has no text '{}'", field));
  }
  return value->text;
}

std::string with_newline(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

Result<std::string> read_root(const Node& root) {
  auto pem = read_text(root, "RootCert");
  if (!pem) return pem;
  const auto certificates = read_certificates(*pem);
  if (!certificates) {
    return odd(fmt::format("RootCert cannot be read: {}", certificates.error().message));
  }
  return with_newline(std::move(*pem));
}

}  // namespace

std::string Roots::bundle() const {
  std::string all;
  for (const std::string& pem : pems) all += pem;
  return all;
}

Result<Roots> read_roots(std::string_view json) {
  const auto object = read_answer(json, Kind::mapping);
  if (!object) return std::unexpected(object.error());
  Roots roots;
  auto domain = read_text(*object, "TrustDomain");
  if (!domain) return std::unexpected(domain.error());
  roots.trust_domain = std::move(*domain);
  const Node* list = object->find("Roots");
  if (list == nullptr || !list->is(Kind::sequence)) return odd("it has no list 'Roots'");
  if (list->items.empty()) {
    return fail(ErrorCode::unreachable, "Consul has no CA root; is Connect's CA set up?");
  }
  if (list->items.size() > kMostRoots) {
    return odd(fmt::format("it has {} roots, more than {}", list->items.size(), kMostRoots));
  }
  for (const Node& item : list->items) {
    auto pem = read_root(item);
    if (!pem) return std::unexpected(pem.error());
    if (std::ranges::find(roots.pems, *pem) == roots.pems.end()) {
      roots.pems.push_back(std::move(*pem));
    }
  }
  return roots;
}

Result<Leaf> read_leaf(std::string_view json) {
  const auto object = read_answer(json, Kind::mapping);
  if (!object) return std::unexpected(object.error());
  auto certificate = read_text(*object, "CertPEM");
  if (!certificate) return std::unexpected(certificate.error());
  auto key = read_text(*object, "PrivateKeyPEM");
  if (!key) return std::unexpected(key.error());
  Leaf leaf;
  leaf.certificate = with_newline(std::move(*certificate));
  leaf.key = Secret(with_newline(std::move(*key)));
  const auto infos = read_certificates(leaf.certificate);
  if (!infos) return odd(fmt::format("CertPEM cannot be read: {}", infos.error().message));
  // What the certificate says, not what is said about it.
  leaf.not_before = infos->front().not_before;
  leaf.not_after = infos->front().not_after;
  if (infos->front().uris.size() == 1) leaf.uri = infos->front().uris.front();
  return leaf;
}

}  // namespace gw::consul
