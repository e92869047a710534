#include "limit/counter_script.h"

#include <charconv>
#include <chrono>

#include "base/digest.h"
#include "base/text.h"

namespace gw::limit {
namespace {

// ARGV, a charge: the number of its windows, negative when every request counts; then limit and
// life in seconds of each window. A key is given its life by the call that creates it.
constexpr std::string_view kCounting = R"lua(
local call, used, k, a = redis.call, {}, 0, 1
local function count(key, life)
  local value = call('INCR', key)
  if value == 1 then call('EXPIRE', key, life) end
  return value
end
while ARGV[a] do
  local n = tonumber(ARGV[a])
  local always, passes = n < 0, true
  if always then n = -n end
  for i = 1, n do
    local key, limit = KEYS[k + i], tonumber(ARGV[a + 2 * i - 1])
    local value
    if always then
      value = count(key, ARGV[a + 2 * i]) - 1
    else
      value = tonumber(call('GET', key) or 0)
      if not value then return redis.error_reply('ERR ' .. key .. ' holds no number') end
    end
    used[k + i] = value
    passes = passes and value < limit
  end
  if not passes then break end
  if not always then
    for i = 1, n do count(KEYS[k + i], ARGV[a + 2 * i]) end
  end
  k, a = k + n, a + 2 * n + 1
end
return used
)lua";

// ARGV, a key: what to add, and the life of a key that is new.
constexpr std::string_view kAdding = R"lua(
local totals = {}
for i, key in ipairs(KEYS) do
  local delta = tonumber(ARGV[2 * i - 1])
  local total = redis.call('INCRBY', key, delta)
  if total == delta then redis.call('EXPIRE', key, ARGV[2 * i]) end
  totals[i] = total
end
return totals
)lua";

// INCR fails at 2^63; what is near it is no count of requests.
constexpr std::int64_t kMostCount = std::int64_t{1} << 62U;

}  // namespace

Script::Script(std::string_view lua) : text(lua), digest(to_hex(sha1(lua))) {}

const Script& counting_script() {
  static const Script script(kCounting);
  return script;
}

const Script& adding_script() {
  static const Script script(kAdding);
  return script;
}

void ScriptCall::begin(const Script& script, KeyLayout layout) {
  script_ = &script;
  layout_ = layout;
  text_.clear();
  keys_.clear();
  arguments_.clear();
}

// Doubles to the last bit: the script must find as judge() does.
template <class Number>
void ScriptCall::argument(Number value) {
  char number[32];
  const auto size =
      static_cast<std::size_t>(std::to_chars(number, number + sizeof number, value).ptr - number);
  arguments_.emplace_back(text_.size(), size);
  text_.append(number, size);
}

void ScriptCall::ask(const Charge& charge, WallTime now) {
  const auto n = static_cast<std::int64_t>(charge.windows.size());
  argument(charge.how == Counting::always ? -n : n);
  for (const Window& window : charge.windows) {
    key(charge.parts, window);
    argument(window.limit);
    life(window, now);
  }
}

void ScriptCall::add(const Delta& delta, WallTime now) {
  key(delta.counter.parts(), delta.counter.window);
  argument(static_cast<std::int64_t>(delta.count));
  life(delta.counter.window, now);
}

void ScriptCall::key(const KeyParts& parts, const Window& window) {
  const std::size_t at = text_.size();
  append_counter_key(text_, parts, window.period, window.start, layout_);
  keys_.emplace_back(at, text_.size() - at);
}

void ScriptCall::life(const Window& window, WallTime now) {
  const auto left = counter_expiry(window, now) - now;
  argument(std::int64_t{std::chrono::ceil<std::chrono::seconds>(left).count()});
}

std::span<const std::string_view> ScriptCall::words(By by) {
  const std::size_t count_at = text_.size();
  text_ += std::to_string(keys_.size());
  const std::string_view text = text_;
  words_.clear();
  if (by == By::digest) {
    words_.insert(words_.end(), {"EVALSHA", script_->digest});
  } else {
    words_.insert(words_.end(), {"EVAL", script_->text});
  }
  words_.push_back(text.substr(count_at));
  for (const auto* const parts : {&keys_, &arguments_}) {
    for (const auto& [at, size] : *parts) words_.push_back(text.substr(at, size));
  }
  return words_;
}

std::optional<std::size_t> read_answer(std::span<const std::int64_t> used,
                                       std::span<const Charge> charges, std::span<Reading> out) {
  for (std::size_t i = 0; i < charges.size(); ++i) {
    const auto& windows = charges[i].windows;
    if (used.size() < windows.size()) return std::nullopt;
    out[i] = {};
    for (std::size_t w = 0; w < windows.size(); ++w) {
      if (used[w] < 0 || used[w] > kMostCount) return std::nullopt;
      out[i].used_before[model::index(windows[w].period)] = static_cast<std::uint64_t>(used[w]);
      if (!(static_cast<double>(used[w]) < windows[w].limit)) out[i].passed = false;
    }
    used = used.subspan(windows.size());
    if (!out[i].passed) {
      if (!used.empty()) return std::nullopt;
      return i + 1;
    }
  }
  if (!used.empty()) return std::nullopt;
  return charges.size();
}

}  // namespace gw::limit
