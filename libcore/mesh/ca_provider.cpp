#include "mesh/ca_provider.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/go_values.h"
#include "mesh/sample_body.h"

namespace gw::mesh {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;

constexpr double kMostNanoseconds = 9.2e18;

// time.ParseDuration's error for what parse_go_duration refused.
std::string span_problem(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  const std::size_t unit = rest.find_first_not_of("0123456789.");
  const bool begins_well = !rest.empty() && is_digit(rest.front());
  if (!begins_well) return fmt::format("time: invalid duration {}", go_quote(text));
  if (unit == std::string_view::npos) {
    return fmt::format("time: missing unit in duration {}", go_quote(text));
  }
  const std::size_t end = rest.find_first_of("0123456789.", unit);
  const std::string_view name = rest.substr(unit, end == std::string_view::npos ? end : end - unit);
  constexpr std::array<std::string_view, 7> kUnits{"ns", "us", "\u00B5s", "ms", "s", "m", "h"};
  if (std::ranges::find(kUnits, name) != kUnits.end()) {
    return fmt::format("time: invalid duration {}", go_quote(text));
  }
  return fmt::format("time: unknown unit {} in duration {}", go_quote(name), go_quote(text));
}

// As mapstructure decodes with WeaklyTypedInput: mistakes are gathered, null leaves the default.
class WeakReader {
 public:
  explicit WeakReader(const Json& config) : config_(config) {}

  void text(std::string_view name, std::string& to) {
    const Json* const value = find(name);
    if (value == nullptr) return;
    if (value->is_string()) {
      to = value->get<std::string>();
    } else if (value->is_boolean()) {
      to.assign(1, value->get<bool>() ? '1' : '0');
    } else if (value->is_number()) {
      to = go_json(*value, false);
    } else {
      refuse_type(name, "string", *value);
    }
  }

  void span(std::string_view name, nanoseconds& to) {
    const Json* const value = find(name);
    if (value == nullptr) return;
    if (value->is_string()) {
      const auto& text = value->get_ref<const std::string&>();
      const auto parsed = parse_go_duration(text);
      if (parsed) to = *parsed;
      if (!parsed) {
        mistakes_.push_back(fmt::format("error decoding '{}': {}", name, span_problem(text)));
      }
    } else if (const auto count = number_of(*value)) {
      to = nanoseconds(
          static_cast<std::int64_t>(std::clamp(*count, -kMostNanoseconds, kMostNanoseconds)));
    } else {
      refuse_type(name, "time.Duration", *value);
    }
  }

  void flag(std::string_view name, bool& to) {
    const Json* const value = find(name);
    if (value == nullptr) return;
    if (const auto count = number_of(*value)) {
      to = *count != 0;
    } else if (value->is_string()) {
      const auto& text = value->get_ref<const std::string&>();
      const auto parsed = parse_go_bool(text);
      to = parsed.value_or(false);
      if (!parsed && !text.empty()) refuse_text(name, "bool", "ParseBool", text);
    } else {
      refuse_type(name, "bool", *value);
    }
  }

  void whole(std::string_view name, std::int64_t& to) {
    const Json* const value = find(name);
    if (value == nullptr) return;
    if (const auto count = number_of(*value)) {
      to = static_cast<std::int64_t>(std::clamp(*count, -kMostNanoseconds, kMostNanoseconds));
    } else if (value->is_string()) {
      const auto& text = value->get_ref<const std::string&>();
      const bool minus = text.starts_with('-');
      const auto parsed = parse_uint(std::string_view(text).substr(minus ? 1 : 0));
      if (!parsed || *parsed > std::uint64_t{INT64_MAX}) {
        return refuse_text(name, "int", "ParseInt", text);
      }
      to = minus ? -static_cast<std::int64_t>(*parsed) : static_cast<std::int64_t>(*parsed);
    } else {
      refuse_type(name, "int", *value);
    }
  }

  void fraction(std::string_view name) {
    const Json* const value = find(name);
    if (value == nullptr || number_of(*value)) return;
    if (!value->is_string()) return refuse_type(name, "float32", *value);
    const auto& text = value->get_ref<const std::string&>();
    if (!parse_number(text)) refuse_text(name, "float", "ParseFloat", text);
  }

  [[nodiscard]] std::optional<std::string> problem() {
    if (mistakes_.empty()) return std::nullopt;
    std::ranges::sort(mistakes_);
    std::string all =
        fmt::format("error decoding config: {} error(s) decoding:\n\n", mistakes_.size());
    for (std::size_t i = 0; i < mistakes_.size(); ++i) {
      all += fmt::format("{}* {}", i == 0 ? "" : "\n", mistakes_[i]);
    }
    return all;
  }

 private:
  // By its very name, else in another case.
  [[nodiscard]] const Json* find(std::string_view name) const {
    if (!config_.is_object()) return nullptr;
    const Json* found = nullptr;
    for (const auto& [key, value] : config_.items()) {
      if (key == name) return value.is_null() ? nullptr : &value;
      if (found == nullptr && iequals(key, name)) found = &value;
    }
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  static std::optional<double> number_of(const Json& value) {
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (value.is_number()) return value.get<double>();
    return std::nullopt;
  }

  void refuse_type(std::string_view name, std::string_view type, const Json& value) {
    mistakes_.push_back(fmt::format("'{}' expected type '{}', got unconvertible type '{}'", name,
                                    type,
                                    value.is_array()    ? "[]interface {}"
                                    : value.is_object() ? "map[string]interface {}"
                                                        : "string"));
  }
  void refuse_text(std::string_view name, std::string_view type, std::string_view parser,
                   std::string_view text) {
    mistakes_.push_back(
        fmt::format("cannot parse '{}' as {}: strconv.{}: parsing {}: invalid syntax", name, type,
                    parser, go_quote(text)));
  }

  const Json& config_;
  std::vector<std::string> mistakes_;
};

std::optional<std::string> key_problem(const CaProvider& p) {
  if (p.key_type == "ec") {
    constexpr std::array<std::int64_t, 4> kCurves{224, 256, 384, 521};
    if (std::ranges::find(kCurves, p.key_bits) != kCurves.end()) return std::nullopt;
    return "EC key length must be one of (224, 256, 384, 521) bits";
  }
  if (p.key_type != "rsa") return "private key type must be either 'ec' or 'rsa'";
  if (p.key_bits == 2048 || p.key_bits == 4096) return std::nullopt;
  return "RSA key length must be 2048 or 4096 bits";
}

std::optional<std::string> problem_of(const CaProvider& p) {
  constexpr hours kShortest{1};
  constexpr hours kLongest{8760};
  if (p.private_key.empty() && !p.root_cert.empty()) {
    return "must provide a private key when providing a root cert";
  }
  if (p.skip_validate) return std::nullopt;
  if (p.leaf_ttl < kShortest) return "leaf cert TTL must be greater or equal than 1h0m0s";
  if (p.leaf_ttl > kLongest) return "leaf cert TTL must be less than 8760h0m0s";
  if (auto problem = key_problem(p)) return problem;
  if (p.intermediate_ttl < 3 * kShortest) {
    return "Intermediate Cert TTL must be greater or equal than 3h";
  }
  if (p.intermediate_ttl < 3 * p.leaf_ttl) {
    return fmt::format(
        "Intermediate Cert TTL must be greater or equal than 3 * LeafCertTTL (>={}).",
        go_duration(3 * p.leaf_ttl));
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> parse_go_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "FALSE", "false", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

Result<CaProvider> read_ca_provider(const Json& config) {
  CaProvider read;
  std::string key;
  std::int64_t concurrent = 0;
  WeakReader reader(config);
  reader.text("PrivateKey", key);
  reader.text("RootCert", read.root_cert);
  reader.span("LeafCertTTL", read.leaf_ttl);
  reader.span("IntermediateCertTTL", read.intermediate_ttl);
  reader.span("RotationPeriod", read.rotation_period);
  reader.flag("SkipValidate", read.skip_validate);
  reader.fraction("CSRMaxPerSecond");
  reader.whole("CSRMaxConcurrent", concurrent);
  reader.text("PrivateKeyType", read.key_type);
  reader.whole("PrivateKeyBits", read.key_bits);
  read.private_key = Secret(std::move(key));
  if (auto problem = reader.problem()) return fail(ErrorCode::invalid, std::move(*problem));
  if (auto problem = problem_of(read)) return fail(ErrorCode::invalid, std::move(*problem));
  return read;
}

}  // namespace gw::mesh
