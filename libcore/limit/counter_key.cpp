#include "limit/counter_key.h"

#include <charconv>
#include <chrono>
#include <cstddef>

namespace gw::limit {
namespace {

constexpr std::size_t kUuidText = 36;

void append_id(std::string& out, const Uuid& id) {
  char text[kUuidText];
  id.write(text);
  out += ':';
  out.append(text, sizeof text);
}

}  // namespace

void append_counter_key(std::string& out, const KeyParts& parts, Period period, WallSeconds start,
                        KeyLayout layout) {
  const bool tagged = layout == KeyLayout::tagged;
  out += parts.prefix;
  append_id(out, parts.route);
  append_id(out, parts.service);
  out += tagged ? "{:" : ":";
  out += parts.identifier;
  out += tagged ? "}:" : ":";
  const std::chrono::milliseconds since_epoch = start.time_since_epoch();
  char number[24];
  const char* const end = std::to_chars(number, number + sizeof number, since_epoch.count()).ptr;
  out.append(number, static_cast<std::size_t>(end - number));
  out += ':';
  out += model::row(period).name;
}

std::string counter_key(const KeyParts& parts, const Window& window, KeyLayout layout) {
  std::string text;
  append_counter_key(text, parts, window.period, window.start, layout);
  return text;
}

}  // namespace gw::limit
