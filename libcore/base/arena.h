// Text that lives as long as one request: a bump allocator that keeps its blocks when reset.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace gw {

// Not thread-safe. Steady use allocates nothing: reset() keeps the blocks.
class Arena {
 public:
  // Room for `n` characters.
  [[nodiscard]] char* room(std::size_t n) {
    while (block_ < blocks_.size() && used_ + n > blocks_[block_].size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const std::size_t size = std::max(n, kBlockBytes);
      blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
      used_ = 0;
    }
    char* at = blocks_[block_].bytes.get() + used_;
    used_ += n;
    return at;
  }

  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* at = room(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }

  // The parts, one after the other.
  template <class... Parts>
  [[nodiscard]] std::string_view concat(const Parts&... parts) {
    const std::size_t size = (std::string_view(parts).size() + ... + 0);
    char* const start = room(size);
    char* at = start;
    (append(at, std::string_view(parts)), ...);
    return {start, size};
  }

  void reset() {
    block_ = 0;
    used_ = 0;
  }

 private:
  static void append(char*& at, std::string_view part) {
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    at += part.size();
  }

  static constexpr std::size_t kBlockBytes = 2048;  // one typical request head with its additions
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

}  // namespace gw
