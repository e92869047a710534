#include "config/yaml_reader.h"

#include <exception>
#include <istream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/text.h"
#include "config/builder.h"
#include "config/codes.h"
#include "config/locator.h"
#include "config/metered_input.h"
#include "config/reader.h"
#include "config/yaml_errors.h"
#include "config/yaml_events.h"
#include "config/yaml_tags.h"
#include "config/yaml_text.h"

namespace gw::config {
namespace {

// Thrown through yaml-cpp to leave it; caught in read_yaml.
struct GiveUp final : std::exception {};

class YamlHandler final : public YAML::EventHandler {
 public:
  YamlHandler(FileId file, std::string_view text, Diagnostics& diagnostics)
      : text_(text),
        diagnostics_(diagnostics),
        input_(text),
        locator_(file, text),
        builder_(diagnostics),
        replay_(builder_, diagnostics) {}

  [[nodiscard]] MeteredInput& input() { return input_; }
  std::vector<Node> take() { return std::move(documents_); }
  void report(const YAML::Exception& e) {
    diagnostics_.add(yaml_error(e.msg, offset(e.mark), text_, locator_, builder_.open_place()));
  }
  void report(const std::exception& e) {
    diagnostics_.add(yaml_error(e.what(), last_, text_, locator_, nullptr));
  }

  // Tells what the reader ran ahead on; it is not one of the handler's own findings.
  void report_ran_ahead() {
    const std::size_t at = skip_blank(text_, last_);
    const bool bracket = at < text_.size() && (text_[at] == '[' || text_[at] == '{');
    if (bracket && report_open_bracket(at, kMaxDepth - builder_.depth())) return;
    report("GW1017", locator_.span(at, at + 1),
           fmt::format("what begins here is longer than {} bytes", kMaxUnanswered));
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_) expect_separator();
    started_ = true;
    const std::size_t at = offset(mark);
    if (text_.substr(at).starts_with("---")) last_ = at + 3;
    builder_.clear();
    replay_.clear();
    errors_before_ = diagnostics_.errors();
    empty_ = true;
  }

  void OnDocumentEnd() override {
    Node root = builder_.take();
    if (!empty_ && diagnostics_.errors() == errors_before_) documents_.push_back(std::move(root));
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::size_t at = skip_properties(text_, offset(mark));
    const std::size_t length = at >= last_ ? null_length(text_, at) : 0;
    Node node;
    node.where = length == 0 ? place_of_nothing() : token(at, at + length);
    node.text = text_.substr(at, length);
    if (length != 0 || anchor != 0) empty_ = false;
    proceed(replay_.scalar(std::move(node), anchor));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    empty_ = false;
    const std::size_t at = offset(mark);
    const std::size_t end = word_end(text_, at);
    const std::string name(text_.substr(at, end - at));
    proceed(replay_.alias(anchor, token(at, end), name.substr(name.empty() ? 0 : 1)));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    empty_ = false;
    const std::size_t at = skip_properties(text_, offset(mark));
    if (!is_closed(text_, at)) {
      report("GW1004", token(at, at + 1), "the quoted string that begins here is not closed");
      throw GiveUp();
    }
    Node node;
    node.text = value;
    node.where = token(at, scalar_end(text_, at, value));
    resolve(node, tag);
    proceed(replay_.scalar(std::move(node), anchor));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(Kind::sequence, mark, tag, anchor, '[');
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Kind::mapping, mark, tag, anchor, '{');
  }
  void OnMapEnd() override { end(); }

 private:
  std::string_view text_;
  Diagnostics& diagnostics_;
  MeteredInput input_;
  Locator locator_;
  TreeBuilder builder_;
  YamlReplay replay_;
  std::vector<Node> documents_;
  std::vector<bool> bracketed_;  // of the open collections: written with [ or {
  std::size_t last_ = 0;         // end of the last token
  Span last_span_;
  std::size_t errors_before_ = 0;
  bool empty_ = true;
  bool started_ = false;

  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
    return mark.pos < 0 ? last_ : std::min(static_cast<std::size_t>(mark.pos), text_.size());
  }

  Span token(std::size_t begin, std::size_t end) {
    last_ = end;
    input_.answered(end);
    last_span_ = locator_.span(begin, end);
    return last_span_;
  }

  static void proceed(bool fine) {
    if (!fine) throw GiveUp();
  }

  void begin(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             char bracket) {
    empty_ = false;
    const std::size_t at = skip_properties(text_, offset(mark));
    const bool bracketed = at < text_.size() && text_[at] == bracket;
    bracketed_.push_back(bracketed);
    if (bracketed && builder_.expects_key() && report_spurious_key(at)) throw GiveUp();
    const Span start = token(at, bracketed ? at + 1 : at);
    if (!fits_collection(tag, kind)) {
      report("GW1012", start,
             fmt::format("the tag {} does not fit {}", short_tag(tag), describe(kind)));
    }
    proceed(replay_.begin(kind, start, anchor));
  }

  // yaml-cpp takes what follows a complete value for another document, even without "---".
  void expect_separator() {
    const std::size_t at = skip_blank(text_, last_);
    const std::string_view rest = text_.substr(at);
    const bool first_column = at == 0 || text_[at - 1] == '\n';
    if (first_column &&
        (rest.starts_with("---") || rest.starts_with("...") || rest.starts_with('%'))) {
      return;
    }
    report("GW1004", locator_.span(at, at + 1),
           "the document's value ends before this; what follows does not belong to it");
    throw GiveUp();
  }

  // yaml-cpp takes a bracket that nothing closes for the start of a key, and begins a mapping for
  // it, which does not count.
  bool report_spurious_key(std::size_t at) {
    return report_open_bracket(at, kMaxDepth + 1 - builder_.depth());
  }

  // Whether the bracket is not closed or nests too deep.
  bool report_open_bracket(std::size_t at, std::size_t max_depth) {
    const FlowScan scan = scan_flow(text_, at, max_depth);
    if (scan.closed) return false;
    const Span where = locator_.span(scan.at, scan.at + 1);
    diagnostics_.add(
        scan.too_deep ? make_diagnostic("GW1006", where,
                                        fmt::format("nested more than {} levels deep", kMaxDepth))
                      : make_diagnostic("GW1004", where,
                                        fmt::format("the {} is not closed", text_[scan.at])));
    return true;
  }

  void end() {
    if (bracketed_.back()) {
      const std::size_t close = flow_end(text_, last_);
      token(last_, close);
    }
    bracketed_.pop_back();
    replay_.end(last_span_);
  }

  // A value that is not there: after "key:" it is told at the key, after "- " at the dash.
  Span place_of_nothing() {
    if (const Member* open = builder_.open_key()) return open->key_where;
    std::size_t at = skip_blank(text_, last_);
    if (at < text_.size() && text_[at] == ',') at = skip_blank(text_, at + 1);
    if (builder_.depth() == 0) return locator_.span(last_, last_);
    const bool dash = at < text_.size() && text_[at] == '-';
    return dash ? token(at, at + 1) : locator_.span(at, at + 1);
  }

  void resolve(Node& node, const std::string& tag) {
    const TagOutcome outcome = apply_tag(node, tag);
    if (!outcome.error.empty()) report("GW1012", node.where, outcome.error);
    if (outcome.trouble == ScalarTrouble::none || builder_.expects_key()) return;
    report_trouble(node, outcome.trouble);
  }

  void report_trouble(const Node& node, ScalarTrouble trouble) {
    const std::string text = printable(node.text);
    if (trouble == ScalarTrouble::out_of_range) {
      report("GW1013", node.where, fmt::format("{} is no number that can be kept", text));
      return;
    }
    const bool boolean = trouble == ScalarTrouble::yaml11_boolean;
    const std::string other = yaml11_reading(node.text);
    Diagnostic d = make_diagnostic(
        boolean ? "GW1014" : "GW1015", node.where,
        fmt::format("{} is {} here, but {} to readers of YAML 1.1 such as Kong's", text,
                    node.is(Kind::number) ? format_number(node.number) : "the text \"" + text + '"',
                    other));
    if (diagnostics_.keeps(d.severity)) d.path = builder_.path();
    d.suggestion = boolean ? fmt::format("write {}, or \"{}\" for the text", other, text)
                           : fmt::format("write \"{}\" for the text", text);
    diagnostics_.add(std::move(d));
  }

  void report(std::string_view code, Span where, std::string message) {
    Diagnostic d = make_diagnostic(code, where, std::move(message));
    if (diagnostics_.keeps(d.severity)) d.path = builder_.path();
    diagnostics_.add(std::move(d));
  }
};

}  // namespace

std::vector<Node> read_yaml(FileId file, std::string_view text, Diagnostics& diagnostics) {
  YamlHandler handler(file, text, diagnostics);
  std::istream in(&handler.input());
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const GiveUp&) {  // NOLINT(bugprone-empty-catch): reported where it was thrown
  } catch (const RanAhead&) {
    handler.report_ran_ahead();
  } catch (const YAML::Exception& e) {
    handler.report(e);
  } catch (const std::exception& e) {
    handler.report(e);
  }
  return handler.take();
}

}  // namespace gw::config
