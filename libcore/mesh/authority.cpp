#include "mesh/authority.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include "base/rng.h"
#include "base/text.h"
#include "base/uuid.h"
#include "base/x509.h"
#include "mesh/certificate.h"
#include "mesh/operator_key.h"

namespace gw::mesh {

struct Authority::Signer : RootKey {};

namespace {

constexpr std::chrono::minutes kBackdated{1};
constexpr std::chrono::days kCrossSigned{7};
constexpr std::size_t kMaxCommonName = 64;  // RFC 5280, ub-common-name

std::string short_domain(std::string_view trust_domain) {
  return std::string(trust_domain.substr(0, 8));
}

// Seven or eight digits of base 36, as Consul makes unique names.
std::string unique_name() {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  constexpr std::uint64_t kSixDigits = 36ULL * 36 * 36 * 36 * 36 * 36;
  Rng rng(random_seed());
  std::uint64_t number = kSixDigits + rng.below(kSixDigits * 36 * 35);
  std::string out;
  for (; number > 0; number /= 36) out.insert(out.begin(), kDigits[number % 36]);
  return out;
}

// Ten calendar years; 29 February becomes 1 March, as in Go's AddDate.
WallSeconds ten_years_after(WallSeconds t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const auto later = std::chrono::sys_days(
      std::chrono::year_month_day(date.year() + std::chrono::years(10), date.month(), date.day()));
  return later + (t - day);
}

// The name of a service without all that a host's label may not have, cut to what a CN may hold.
std::string common_name(std::string_view service, std::string_view trust_domain) {
  std::string out;
  for (const char c : service) {
    const char l = to_lower(c);
    if (is_alnum(l)) out += l;
  }
  const std::string rest = fmt::format(".svc.default.{}.consul", short_domain(trust_domain));
  out.resize(std::min(out.size(), kMaxCommonName - rest.size()));
  return out + rest;
}

// As Go's URL.EscapedPath: a slash stays.
std::string escape_path(std::string_view text) {
  constexpr std::string_view kPlain = "-_.~$&+,/:;=@";
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || kPlain.contains(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

// The low 64 bits, as Go's big.Int.Uint64: what Consul shows of an operator's long serial.
std::uint64_t serial_of(const X509* certificate) {
  const ASN1_INTEGER* const number = X509_get0_serialNumber(certificate);
  std::uint64_t out = 0;
  for (int i = 0; i < ASN1_STRING_length(number); ++i) {
    out = (out << 8U) | ASN1_STRING_get0_data(number)[i];
  }
  return out;
}

Root describe_root(const RootKey& signer, std::string_view trust_domain) {
  Root root;
  X509* const certificate = signer.certificate.get();
  const CertificateInfo info = x509::describe(certificate);
  root.id = colon_hex(fingerprint_of(certificate));
  root.serial = serial_of(certificate);
  root.signing_key_id = colon_hex(signer.key_id);
  root.trust_uuid = trust_domain.substr(0, trust_domain.rfind('.'));
  root.not_before = info.not_before;
  root.not_after = info.not_after;
  root.pem = pem_of(certificate);
  root.key_type = key_type_of(signer.key.get());
  root.key_bits = EVP_PKEY_get_bits(signer.key.get());
  root.active = true;
  return root;
}

}  // namespace

Authority::Authority(std::string datacenter) : datacenter_(std::move(datacenter)) {}
Authority::~Authority() = default;

Result<std::unique_ptr<Authority>> Authority::create(std::string datacenter, WallSeconds now) {
  std::unique_ptr<Authority> made(new Authority(std::move(datacenter)));
  Rng rng(random_seed());
  made->trust_domain_ = Uuid::v4(rng).str() + ".consul";
  if (auto first = made->rotate(now); !first) return std::unexpected(std::move(first.error()));
  return made;
}

std::string Authority::bundle() const {
  std::string out;
  for (const Root& root : roots_) out += root.pem;
  return out;
}

Result<void> Authority::rotate(WallSeconds now, const Secret& key, bool cross_sign) {
  const std::uint64_t serial = ++serial_;
  Signer next;
  if (key.empty()) {
    next.key.reset(EVP_EC_gen("P-256"));
    if (!next.key) return fail(ErrorCode::internal, x509::take_reason("no key was generated"));
  } else {
    auto given = read_operator_key(key);
    if (!given) return std::unexpected(std::move(given.error()));
    next.key = std::move(*given);
  }
  const std::string name =
      fmt::format("pri-{}.consul.ca.{}.consul", unique_name(), short_domain(trust_domain_));
  auto certificate = make_root(next.key.get(), serial, name, "spiffe://" + trust_domain_,
                               {now, ten_years_after(now)});
  if (!certificate) return std::unexpected(std::move(certificate.error()));
  next.certificate = std::move(*certificate);
  next.key_id = key_id_of(next.key.get());
  return install(std::move(next), now, cross_sign);
}

Result<void> Authority::adopt(WallSeconds now, const Secret& key, std::string_view certificate,
                              bool cross_sign) {
  auto given = read_operator_key(key);
  if (!given) return std::unexpected(std::move(given.error()));
  auto all = x509::parse_certificates(certificate);
  if (!all) {
    const bool is_pem = certificate.contains("-----BEGIN ");
    return fail(ErrorCode::invalid,
                "error parsing root fingerprint: " +
                    (is_pem ? all.error().message : "no PEM-encoded data found"));
  }
  Signer next;
  next.key = std::move(*given);
  next.certificate = std::move(all->front());
  if (X509_check_private_key(next.certificate.get(), next.key.get()) != 1) {
    (void)x509::take_reason("");
    return fail(ErrorCode::invalid,
                "the root certificate is for a different private key; give both of one pair");
  }
  if (X509_check_ca(next.certificate.get()) != 1) {
    return fail(ErrorCode::invalid, "the root certificate is not a CA certificate");
  }
  next.key_id = key_id_of(next.certificate.get());
  return install(std::move(next), now, cross_sign);
}

Result<void> Authority::install(Signer next, WallSeconds now, bool cross_sign) {
  Root root = describe_root(next, trust_domain_);
  if (!roots_.empty() && root.id == active().id) return {};
  if (cross_sign && signer_) {
    const WallSeconds from = now - kBackdated;
    auto crossed =
        mesh::cross_sign(next.certificate.get(), ++serial_, {from, from + kCrossSigned}, *signer_);
    if (!crossed) return std::unexpected(std::move(crossed.error()));
    root.intermediates.push_back(pem_of(crossed->get()));
  }
  if (!roots_.empty()) {
    roots_.front().active = false;
    retired_.front() = now;
  }
  // One that comes back takes the place of what it was.
  const auto known = std::ranges::find(roots_, root.id, &Root::id);
  if (known != roots_.end()) {
    root.create_index = known->create_index;
    retired_.erase(retired_.begin() + (known - roots_.begin()));
    roots_.erase(known);
  }
  roots_.insert(roots_.begin(), std::move(root));
  retired_.insert(retired_.begin(), now);
  signer_ = std::make_unique<Signer>(std::move(next));
  return {};
}

void Authority::stamp(std::uint64_t index) {
  for (Root& root : roots_) {
    if (root.create_index == 0) root.create_index = index;
    root.modify_index = index;
  }
}

bool Authority::prune(WallSeconds now, std::chrono::seconds keep) {
  const std::size_t before = roots_.size();
  for (std::size_t i = roots_.size(); i-- > 1;) {
    if (retired_[i] >= now - keep) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    roots_.erase(roots_.begin() + at);
    retired_.erase(retired_.begin() + at);
  }
  return roots_.size() != before;
}

Result<std::string> Authority::uri_of(std::string_view service) const {
  if (service.empty()) {
    return fail(ErrorCode::invalid, "URI must be either service or agent");
  }
  std::string uri = fmt::format("spiffe://{}/ns/default/dc/{}/svc/{}", trust_domain_,
                                escape_path(datacenter_), escape_path(service));
  if (service.contains('/')) {
    return fail(ErrorCode::invalid, "SPIFFE ID is not in the expected format: " + uri);
  }
  return uri;
}

Result<IssuedLeaf> Authority::issue(const LeafRequest& request) {
  auto uri = uri_of(request.service);
  if (!uri) return std::unexpected(std::move(uri.error()));
  const x509::KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return fail(ErrorCode::internal, x509::take_reason("no key was generated"));
  // Ended a second ago, or begun a minute ago for clocks that are behind.
  const WallSeconds from = request.expired ? request.now - std::chrono::seconds(1) - request.ttl
                                           : request.now - kBackdated;
  IssuedLeaf leaf;
  leaf.not_before = from;
  leaf.not_after = from + request.ttl;
  const std::string name =
      request.profile == LeafProfile::v1_8 ? common_name(request.service, trust_domain_) : "";
  const std::uint64_t serial = ++serial_;
  const auto certificate =
      make_leaf({key.get(), serial, name, *uri, {leaf.not_before, leaf.not_after}}, *signer_);
  if (!certificate) return std::unexpected(certificate.error());
  leaf.serial = serial_hex(serial);
  leaf.certificate = pem_of(certificate->get());
  leaf.key = Secret(sec1_pem_of(key.get()));
  if (leaf.certificate.empty() || leaf.key.empty()) {
    return fail(ErrorCode::internal, x509::take_reason("a leaf could not be written as PEM"));
  }
  for (const std::string& intermediate : active().intermediates) leaf.certificate += intermediate;
  leaf.service = request.service;
  leaf.uri = std::move(*uri);
  leaf.signing_key_id = active().signing_key_id;
  return leaf;
}

}  // namespace gw::mesh
