#include "config/diagnostic.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace gw::config {
namespace {

std::vector<std::size_t> find_line_starts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts.push_back(at + 1);
  }
  return starts;
}

}  // namespace

FileId Sources::add(std::string name, std::string text) {
  files_.push_back({std::move(name), std::move(text), {}});
  return static_cast<FileId>(files_.size() - 1);
}

std::string_view Sources::line(FileId id, std::uint32_t number) const {
  const File& file = files_.at(id);
  if (file.line_starts.empty()) file.line_starts = find_line_starts(file.text);
  if (number == 0 || number > file.line_starts.size()) return {};
  const std::size_t start = file.line_starts[number - 1];
  std::string_view line = std::string_view(file.text).substr(start);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (start == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  return line;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  if (diagnostic.severity == Severity::warning) ++warnings_;
  // Bounded a severity, so that a flood of warnings cannot hide the error that decides.
  std::size_t& kept = kept_.at(static_cast<std::size_t>(diagnostic.severity));
  if (kept >= kMaxDiagnostics) {
    ++left_out_;
    ++left_out_by_code_[{std::string(diagnostic.code), diagnostic.severity}];
    return;
  }
  ++kept;
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::ignore(std::string_view code) {
  for (const Diagnostic& d : all_) {
    if (d.code == code) uncount(d.severity, 1);
  }
  std::erase_if(all_, [&](const Diagnostic& d) { return d.code == code; });
  std::erase_if(left_out_by_code_, [&](const auto& entry) {
    if (entry.first.first != code) return false;
    uncount(entry.first.second, entry.second);
    left_out_ -= entry.second;
    return true;
  });
}

void Diagnostics::uncount(Severity severity, std::size_t n) {
  if (severity == Severity::error) errors_ -= n;
  if (severity == Severity::warning) warnings_ -= n;
}

void Diagnostics::sort() {
  const auto place = [&](std::size_t i) {
    const Span& where = all_[i].where;
    return std::tuple(where.file, where.line, where.column, i);
  };
  std::vector<std::size_t> order(all_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, place);
  std::vector<Diagnostic> sorted;
  sorted.reserve(all_.size());
  for (const std::size_t i : order) sorted.push_back(std::move(all_[i]));
  all_ = std::move(sorted);
}

}  // namespace gw::config
