// Received bytes that are not consumed yet, in memory lent by a pool.
//
// An idle connection holds none: its block goes back to the pool.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gw::net {

inline constexpr std::size_t kBlockBytes = std::size_t{16} * 1024;

// Memory from the kernel and back to it: blocks on the heap would stay there as holes once the many
// connections of a rush lie idle.
struct Unmap {
  std::size_t size = 0;
  void operator()(char* block) const;
};
using Block = std::unique_ptr<char[], Unmap>;
[[nodiscard]] Block map_block(std::size_t size);

// Blocks of kBlockBytes, kept for the next borrower. Not thread-safe: one a loop. Outlives its
// buffers.
class BufferPool {
 public:
  [[nodiscard]] Block take() {
    ++lent_;
    if (free_.empty()) return map_block(kBlockBytes);
    Block block = std::move(free_.back());
    free_.pop_back();
    return block;
  }
  void give_back(Block block) {
    --lent_;
    if (free_.size() < kKept) free_.push_back(std::move(block));
  }
  // Bytes in use: what a memory cap counts.
  [[nodiscard]] std::size_t lent_bytes() const { return lent_ * kBlockBytes + grown_; }

 private:
  friend class Buffer;
  static constexpr std::size_t kKept = 32;  // half a MiB at most lies idle
  std::vector<Block> free_;
  std::size_t lent_ = 0;
  std::size_t grown_ = 0;
};

// Contiguous; grows by doubling when a message head needs more than a block.
class Buffer {
 public:
  explicit Buffer(BufferPool& pool) : pool_(pool) {}
  ~Buffer() { release(); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  [[nodiscard]] std::string_view readable() const { return {data_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }

  // Space behind the readable bytes, at least one byte; moves them to the front when that helps.
  [[nodiscard]] std::span<char> room();
  void commit(std::size_t n) { end_ += n; }
  void consume(std::size_t n) {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Gives the memory back. What was readable is lost.
  void release();

 private:
  void grow();

  BufferPool& pool_;
  Block data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace gw::net
