// A text as a stream buffer that refuses to run far ahead of the reader's events.
//
// yaml-cpp keeps every token of a bracketed collection that may turn out to be a key (about 130
// bytes a token) before it tells the first event; "[a,a,a,..." of 64 MiB would take 8 GB.
#pragma once

#include <algorithm>
#include <cstddef>
#include <streambuf>
#include <string_view>

namespace gw::config {

// 8 MiB: no value, comment or bracketed collection of a real config comes near; 1 GB of tokens.
inline constexpr std::size_t kMaxUnanswered = std::size_t{8} * 1024 * 1024;

// Thrown through yaml-cpp when the bound is passed.
struct RanAhead {};

class MeteredInput final : public std::streambuf {
 public:
  explicit MeteredInput(std::string_view text) : text_(text) {}

  // An event has told what the text says up to `offset`.
  void answered(std::size_t offset) { answered_ = std::max(answered_, offset); }

 protected:
  int_type underflow() override {
    if (given_ >= text_.size()) return traits_type::eof();
    if (given_ > answered_ + kMaxUnanswered) throw RanAhead();
    constexpr std::size_t kPiece = 4096;
    const std::size_t size = std::min(kPiece, text_.size() - given_);
    // setg takes char* for buffers that put back; this one never writes.
    char* const at = const_cast<char*>(text_.data()) + given_;
    setg(at, at, at + size);
    given_ += size;
    return traits_type::to_int_type(*at);
  }

 private:
  std::string_view text_;
  std::size_t given_ = 0;
  std::size_t answered_ = 0;
};

}  // namespace gw::config
