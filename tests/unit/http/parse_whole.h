// Runs a head parser over a text, whole, in two pieces or octet by octet, and says what came of it
// as one comparable text.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/head_parser.h"

namespace gw::http::testing {

inline std::string describe(std::span<const Field> fields) {
  std::string text;
  for (const Field& f : fields) text += "|" + std::string(f.name) + "=" + std::string(f.value);
  return text;
}

inline std::string describe(const HeadView& head) {
  return std::string(head.method) + " " + std::string(head.target) +
         (head.version == Version::http10 ? " 1.0" : " 1.1") + describe(head.fields);
}

inline std::string describe(const ResponseHeadView& head) {
  return std::to_string(head.status) + " " + std::string(head.reason) +
         (head.version == Version::http10 ? " 1.0" : " 1.1") + describe(head.fields);
}

// "more", "400 reason: METHOD|fields", or "size: head".
template <class Parser>
std::string describe(const Parser& parser, Progress progress) {
  if (progress == Progress::need_more) return "more";
  const std::string fields = describe(parser.head().fields);
  if (progress == Progress::complete) {
    return std::to_string(parser.size()) + ": " + describe(parser.head());
  }
  std::string text = std::to_string(parser.refusal().status) + " ";
  text += parser.refusal().reason;
  if constexpr (requires { parser.head().method; })
    text += ": " + std::string(parser.head().method);
  return text + fields;
}

// Feeds the prefixes that end at `cuts`, each from a buffer of its own and of exactly its size.
template <class Parser>
std::string parse_in_steps(Parser& parser, std::string_view text,
                           const std::vector<std::size_t>& cuts) {
  std::vector<char> buffer;
  for (const std::size_t cut : cuts) {
    std::vector<char> next(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(cut));
    buffer.swap(next);
    const Progress progress = parser.parse({buffer.data(), buffer.size()});
    if (progress != Progress::need_more || cut == cuts.back()) return describe(parser, progress);
  }
  return {};
}

template <class Parser>
std::string parse_at_once(std::string_view text, const HeadLimits& limits = {}) {
  Parser parser(limits);
  return parse_in_steps(parser, text, {text.size()});
}

// Octet by octet, and in two at each place, with one parser used again: the first outcome that
// differs from `wanted`, or `wanted`.
template <class Parser>
std::string parse_however_cut(std::string_view text, const std::string& wanted,
                              const HeadLimits& limits = {}) {
  Parser parser(limits);
  std::vector<std::size_t> every;
  for (std::size_t i = 0; i <= text.size(); ++i) every.push_back(i);
  std::string got = parse_in_steps(parser, text, every);
  for (std::size_t cut = 0; got == wanted && cut <= text.size(); ++cut) {
    parser.reset();
    got = parse_in_steps(parser, text, {cut, text.size()});
    if (got != wanted) got += " (cut at " + std::to_string(cut) + ")";
  }
  return got;
}

}  // namespace gw::http::testing
