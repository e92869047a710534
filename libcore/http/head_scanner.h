// What request heads, response heads and trailer sections have in common: lines that end with CRLF,
// bounded, found one by one, and taken apart into fields.
//
// Whether and why the input is refused depends on its octets alone, never on how the network cut
// it: a control or a broken bound is refused at its place, everything else at the end of its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "http/known_fields.h"
#include "http/message.h"
#include "http/refusal.h"

namespace gw::http {

// Bounds on a head; hardening.md section 9.
struct HeadLimits {
  std::size_t start_line = std::size_t{16} * 1024;  // beyond: 414
  std::size_t field_line = std::size_t{16} * 1024;  // beyond: 431
  std::size_t section = std::size_t{64} * 1024;     // all lines together; beyond: 431
  std::size_t fields = 1000;                        // beyond: 431
};

enum class Progress : std::uint8_t { need_more, complete, refused };

// Fed the section from its beginning on each call; the buffer may move between calls.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}
  void reset();

  // The next line, without its CRLF. The view is good for this call's input.
  [[nodiscard]] Progress start_line(std::string_view input, std::string_view& line);
  // Field lines up to and including the empty line behind them.
  [[nodiscard]] Progress read_fields(std::string_view input);
  // Makes fields() point into `input`, where what was read stands now.
  void point_into(std::string_view input);
  // One more field, behind those that were read; `name` is a literal, `value` within the input.
  void give_field(std::string_view name, std::string_view value);

  // They point into the input of the last call.
  [[nodiscard]] std::span<const Field> fields() const { return fields_; }
  [[nodiscard]] const FieldIndex& index() const { return index_; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  // Octets of the lines read so far, which is where the next one begins.
  [[nodiscard]] std::size_t consumed() const { return line_; }

 private:
  std::size_t next_line(std::string_view input, std::size_t bound);
  Progress judge_open_line(std::string_view input, std::size_t bound, const Refusal& beyond);
  bool add_field(std::string_view input, std::size_t at, std::size_t size);
  Progress refuse(const Refusal& why);

  HeadLimits limits_;
  std::size_t line_ = 0;  // where the unfinished line begins
  std::size_t seen_ = 0;  // up to here it holds no control
  const char* base_ = nullptr;
  std::vector<Field> fields_;
  std::size_t given_ = 0;  // of fields_, the last ones
  FieldIndex index_;
  Refusal refusal_;
};

}  // namespace gw::http
