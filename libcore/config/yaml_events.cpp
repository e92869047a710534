#include "config/yaml_events.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/codes.h"
#include "config/reader.h"

namespace gw::config {

using Type = YamlEvent::Type;

bool YamlReplay::scalar(Node node, AnchorId anchor) {
  if (anchor != 0 || open_anchors_ != 0) {
    if (!fits(node.where)) return false;
    const std::size_t at = log_.size();
    log_.push_back({Type::scalar, node, 0});
    if (anchor != 0) anchors_[anchor] = {at, at + 1, false};
  }
  return builder_.add(std::move(node));
}

bool YamlReplay::begin(Kind kind, Span start, AnchorId anchor) {
  if (!fits(start)) return false;
  open_.push_back(anchor);
  if (anchor != 0) {
    ++open_anchors_;
    anchors_[anchor] = {log_.size(), log_.size(), true};
  }
  YamlEvent event{Type::begin, {}, 0};
  event.node.kind = kind;
  event.node.where = start;
  record(std::move(event));
  return builder_.begin(kind, start);
}

void YamlReplay::end(Span last) {
  YamlEvent event{Type::end, {}, 0};
  event.node.where = last;
  record(std::move(event));
  const AnchorId anchor = open_.back();
  open_.pop_back();
  if (anchor != 0) {
    --open_anchors_;
    anchors_[anchor].end = log_.size();
    anchors_[anchor].open = false;
  }
  builder_.end(last);
}

bool YamlReplay::alias(AnchorId anchor, Span where, const std::string& name) {
  const Range range = anchors_[anchor];
  if (range.open) {
    return stop("GW1008", where,
                fmt::format("the alias *{} refers to a node that contains it", printable(name)));
  }
  if (++aliases_ > kMaxAliases) {
    return stop("GW1007", where, fmt::format("more than {} aliases in a document", kMaxAliases));
  }
  YamlEvent event{Type::alias, {}, anchor};
  event.node.where = where;
  record(std::move(event));
  return repeat(range, where, where);
}

void YamlReplay::clear() {
  log_.clear();
  open_.clear();
  open_anchors_ = 0;
  anchors_.clear();
  aliases_ = 0;
}

bool YamlReplay::fits(Span where) {
  if (log_.size() < kMaxAnchoredEvents) return true;
  return stop("GW1007", where, fmt::format("anchors hold more than {} values", kMaxAnchoredEvents));
}

void YamlReplay::record(YamlEvent event) {
  if (open_anchors_ != 0) log_.push_back(std::move(event));
}

// The repeated value stands at the alias; what is inside it stays where it was written.
bool YamlReplay::repeat(const Range& range, Span where, Span alias) {
  for (std::size_t at = range.begin; at < range.end; ++at) {
    visits_ += 1 + log_[at].node.text.size() / kAliasBytesAVisit;
    if (visits_ > kMaxAliasVisits) {
      return stop("GW1007", alias,
                  fmt::format("aliases expand to more than {} values", kMaxAliasVisits));
    }
    const bool outermost = at == range.begin || at + 1 == range.end;
    if (!repeat_event(at, outermost ? where : log_[at].node.where, alias)) return false;
  }
  return true;
}

bool YamlReplay::repeat_event(std::size_t at, Span where, Span alias) {
  const YamlEvent& event = log_[at];
  switch (event.type) {
    case Type::begin:
      return builder_.begin(event.node.kind, where);
    case Type::end:
      builder_.end(where);
      return true;
    case Type::alias:
      // Ends: an anchor only contains aliases of anchors that closed before it.
      return repeat(anchors_[event.alias], where, alias);
    case Type::scalar:
      break;
  }
  Node node = event.node;
  node.where = where;
  return builder_.add(std::move(node));
}

bool YamlReplay::stop(std::string_view code, Span where, std::string message) {
  Diagnostic d = make_diagnostic(code, where, std::move(message));
  d.path = builder_.path();
  diagnostics_.add(std::move(d));
  return false;
}

}  // namespace gw::config
