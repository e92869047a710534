// Regular expressions of users: PCRE2 with JIT where there is one, and match limits always.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace gw {

// Thread-safe once compiled. Patterns are at most 8 KiB.
class Regex {
 public:
  struct Options {
    bool anchored = false;    // matches only at the start of the subject
    bool ecmascript = false;  // PCRE2's ECMAScript-compatible extras (scenario `matches`)
    bool caseless = false;
  };
  // The error's message is PCRE2's own text with the offset of the mistake.
  [[nodiscard]] static Result<Regex> compile(std::string_view pattern, Options options);
  [[nodiscard]] static Result<Regex> compile(std::string_view pattern) {
    return compile(pattern, Options{});
  }

  // [begin, end) of the match, or nullopt; a subject that exceeds the match limits does not match.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> match(
      std::string_view subject) const;
  // The text of the named group in the match; nullopt: no match, no such group, or it took no part.
  [[nodiscard]] std::optional<std::string_view> capture(std::string_view subject,
                                                        const std::string& name) const;
  [[nodiscard]] bool search(std::string_view subject) const { return match(subject).has_value(); }

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

 private:
  struct State;
  explicit Regex(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gw
