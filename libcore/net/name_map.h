// A map by host name: ASCII case does not count, and looking up allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text.h"

namespace gw::net {

struct NameHash {
  using is_transparent = void;
  // FNV-1a over lower-cased octets. The names are the operator's, or bounded in number.
  std::size_t operator()(std::string_view name) const noexcept {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : name) {
      hash = (hash ^ static_cast<unsigned char>(to_lower(c))) * 0x100000001B3ULL;
    }
    return hash;
  }
};
struct NameEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return iequals(a, b); }
};

template <class T>
using NameMap = std::unordered_map<std::string, T, NameHash, NameEqual>;

}  // namespace gw::net
