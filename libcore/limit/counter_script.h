// The redis policy's scripts, what they are asked and what they answer; no I/O.
//
// One call asks all windows of all charges of a decision, in order, and stops after the first
// charge that does not pass: check and count are one atomic step in the server. Keys and values are
// Kong's (kong-behaviour.md 1.5 to 1.7), so that its nodes and ours may share one Redis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "limit/charge.h"
#include "limit/counter_key.h"
#include "limit/synced_store.h"

namespace gw::limit {

struct Script {
  explicit Script(std::string_view lua);
  std::string_view text;
  std::string digest;  // SHA-1 in hex, as EVALSHA wants it
};
// used_before of each window of the charges that were reached.
[[nodiscard]] const Script& counting_script();
// sync_rate: adds what was counted elsewhere; the totals after it.
[[nodiscard]] const Script& adding_script();

// The words of one call. Reused from call to call for its memory; what it returns lives until the
// next begin().
class ScriptCall {
 public:
  void begin(const Script& script, KeyLayout layout);
  void ask(const Charge& charge, WallTime now);
  void add(const Delta& delta, WallTime now);

  // EVALSHA <digest> <keys> KEYS... ARGV..., or EVAL with the text.
  enum class By : std::uint8_t { digest, text };
  [[nodiscard]] std::span<const std::string_view> words(By by);
  [[nodiscard]] const Script& script() const { return *script_; }

 private:
  using Part = std::pair<std::size_t, std::size_t>;  // of text_: where, and how long
  void key(const KeyParts& parts, const Window& window);
  template <class Number>
  void argument(Number value);
  void life(const Window& window, WallTime now);

  const Script* script_ = nullptr;
  KeyLayout layout_ = KeyLayout::plain;
  std::string text_;
  std::vector<Part> keys_;
  std::vector<Part> arguments_;
  std::vector<std::string_view> words_;
};

// How many of `charges` the counting script reached, their readings in `out`; nullopt when `used`
// cannot be its answer to them. out.size() >= charges.size().
[[nodiscard]] std::optional<std::size_t> read_answer(std::span<const std::int64_t> used,
                                                     std::span<const Charge> charges,
                                                     std::span<Reading> out);

}  // namespace gw::limit
