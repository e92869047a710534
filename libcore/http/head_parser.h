// Strict, zero-copy parsing of message heads (RFC 9112 sections 2 to 5; hardening.md sections 1.1
// to 1.3 decide where the RFC leaves room).
//
// A parser is fed the bytes since the end of the previous message, again from their beginning on
// each call, as more arrive; it goes on where it stopped. The buffer may move between calls. The
// views of a complete head point into the input of the last call, or into the parser for what an
// absolute-form target has to be given (its "/" before a query).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/head_scanner.h"
#include "http/known_fields.h"
#include "http/message.h"
#include "http/refusal.h"

namespace gw::http {

class RequestParser {
 public:
  explicit RequestParser(const HeadLimits& limits = {}) : scanner_(limits) {}

  // Ready for the next message; keeps its memory.
  void reset();
  [[nodiscard]] Progress parse(std::string_view input);

  // Of a complete head. The target is in origin-form, `*`, or authority-form (CONNECT only); of an
  // absolute-form target the authority has been compared with Host and taken off (HTTP/1.0 may come
  // without Host: then it is given one from the authority).
  [[nodiscard]] HeadView head() const;
  [[nodiscard]] const FieldIndex& index() const { return scanner_.index(); }
  // Bytes of the input that belong to the head, a skipped empty line included.
  [[nodiscard]] std::size_t size() const { return scanner_.consumed(); }

  // Of a refused head. Method and the fields of whole lines before the bad one are in head(), so
  // that the answer can be in the form that Accept asks for.
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  struct Extent {
    std::size_t at = 0, size = 0;
  };

  Progress advance(std::string_view input);
  Progress read_start_line(std::string_view input);
  Progress read_request_line(std::string_view line, std::size_t at);
  Progress judge_host(std::string_view input);
  void point_into(std::string_view input);
  Progress refuse(std::uint16_t status, std::string_view reason);

  HeadScanner scanner_;
  Progress progress_ = Progress::need_more;
  bool has_start_line_ = false;
  Version version_ = Version::http11;
  Extent method_extent_, target_extent_, authority_;
  std::string_view method_, target_;
  std::string given_target_;  // an absolute-form's query behind the path that it lacks
  Refusal refusal_;
};

class ResponseParser {
 public:
  explicit ResponseParser(const HeadLimits& limits = {}) : scanner_(limits) {}

  void reset();
  [[nodiscard]] Progress parse(std::string_view input);
  [[nodiscard]] ResponseHeadView head() const;
  [[nodiscard]] const FieldIndex& index() const { return scanner_.index(); }
  [[nodiscard]] std::size_t size() const { return scanner_.consumed(); }
  // Its status is 502, whatever was wrong.
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  Progress advance(std::string_view input);
  Progress read_status_line(std::string_view line);
  Progress refuse(std::string_view reason);

  HeadScanner scanner_;
  Progress progress_ = Progress::need_more;
  bool has_start_line_ = false;
  Version version_ = Version::http11;
  std::uint16_t status_ = 0;
  std::size_t reason_at_ = 0, reason_size_ = 0;
  std::string_view reason_;
  Refusal refusal_;
};

}  // namespace gw::http
