// Diagnostics are data: what is wrong, where, and what to do. Renderers are elsewhere (render.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/tree.h"

namespace gw::config {

enum class Severity : std::uint8_t { error, warning, note };

// Another place that matters, such as the first of two equal names.
struct Related {
  Span where;
  std::string message;
};

struct Diagnostic {
  std::string_view code;  // of the table in codes.h, such as "GW1203"
  Severity severity = Severity::error;
  Span where;
  std::string path;        // of the field: services[0].port
  std::string message;     // what is wrong, in Kong's words where Kong has some
  std::string expected;    // what would be right; may be empty
  std::string suggestion;  // the nearest known name, or what to do; may be empty
  std::vector<Related> related;
};

// The texts that diagnostics point into.
class Sources {
 public:
  // `name` as the user knows the text: a path, "-", "--patch".
  FileId add(std::string name, std::string text);
  [[nodiscard]] const std::string& name(FileId id) const { return files_.at(id).name; }
  [[nodiscard]] const std::string& text(FileId id) const { return files_.at(id).text; }
  // Line `number` (1-based) without its end; "" when there is none.
  [[nodiscard]] std::string_view line(FileId id, std::uint32_t number) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  struct File {
    std::string name;
    std::string text;
    mutable std::vector<std::size_t> line_starts;  // built when first asked for
  };
  std::vector<File> files_;
};

// A bounded list: after kMaxDiagnostics of a severity more are only counted.
class Diagnostics {
 public:
  static constexpr std::size_t kMaxDiagnostics = 1000;

  void add(Diagnostic diagnostic);
  // Whether one more of it would be kept: what is only counted need not be put into words.
  [[nodiscard]] bool keeps(Severity severity) const {
    return kept_.at(static_cast<std::size_t>(severity)) < kMaxDiagnostics;
  }
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] std::size_t warnings() const { return warnings_; }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }
  // Drops those with this code (validate --ignore).
  void ignore(std::string_view code);
  // By file, line, column; equal places keep their order.
  void sort();

 private:
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t left_out_ = 0;
  std::array<std::size_t, 3> kept_{};  // by severity
  std::map<std::pair<std::string, Severity>, std::size_t> left_out_by_code_;

  void uncount(Severity severity, std::size_t n);
};

}  // namespace gw::config
