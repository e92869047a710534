#include "config/check_context.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace gw::config {

std::string to_text(const PathStep& step) {
  std::string text = step.up == nullptr ? std::string{} : to_text(*step.up);
  if (!step.key.empty()) {
    if (!text.empty()) text += '.';
    text += step.key;
  }
  if (step.index != PathStep::kNoIndex) text += fmt::format("[{}]", step.index);
  return text;
}

void CheckContext::report(Finding finding) {
  const CodeRow* row = find_code(finding.code);
  const Severity severity = row == nullptr ? Severity::error : row->severity;
  report(std::move(finding), severity);
}

void CheckContext::report(Finding finding, Severity severity) {
  diagnostics_->add(Diagnostic{.code = finding.code,
                               .severity = severity,
                               .where = finding.where,
                               .path = std::move(finding.path),
                               .message = std::move(finding.message),
                               .expected = std::move(finding.expected),
                               .suggestion = std::move(finding.suggestion),
                               .related = std::move(finding.related)});
}

Span start_of(const Node& mapping) {
  return mapping.members.empty() ? mapping.where : mapping.members.front().key_where;
}

const Node* present(const Node& mapping, std::string_view key) {
  const Node* value = mapping.find(key);
  return value == nullptr || value->is(Kind::null) ? nullptr : value;
}

bool is_list(const Node& node) {
  return node.is(Kind::sequence) || (node.is(Kind::mapping) && node.members.empty());
}

bool is_record(const Node& node) {
  return node.is(Kind::mapping) || (node.is(Kind::sequence) && node.items.empty());
}

}  // namespace gw::config
