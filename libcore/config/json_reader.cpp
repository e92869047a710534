#include "config/json_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/codes.h"
#include "config/locator.h"
#include "config/scalar.h"

namespace gw::config {
namespace {

using Json = nlohmann::json;

constexpr int kNumberOverflow = 406;  // nlohmann's out_of_range.406

std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// nlohmann: "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while
// parsing value - unexpected '}'; expected ..."; the place is told otherwise.
std::string_view core_of(std::string_view what) {
  for (const std::string_view mark : {" - ", ": ", "] "}) {
    const auto at = what.find(mark);
    if (at != std::string_view::npos) return what.substr(at + mark.size());
  }
  return what;
}

// The parser tells values, not places; as only white space, commas and colons stand between two
// tokens, this cursor follows along in the text.
class JsonHandler final : public nlohmann::json_sax<Json> {
 public:
  JsonHandler(FileId file, std::string_view text, Diagnostics& diagnostics, Controls controls)
      : text_(text),
        diagnostics_(diagnostics),
        locator_(file, text),
        builder_(diagnostics, controls) {}

  Node take() { return builder_.take(); }
  [[nodiscard]] bool violated() const { return violated_; }

  bool null() override { return word(); }
  bool boolean(bool) override { return word(); }
  bool number_integer(number_integer_t) override { return word(); }
  bool number_unsigned(number_unsigned_t) override { return word(); }
  bool number_float(number_float_t, const string_t&) override { return word(); }
  bool binary(binary_t&) override { return false; }  // not of JSON

  bool string(string_t& value) override {
    const std::size_t at = next();
    Node node;
    node.kind = Kind::string;
    node.quoted = true;
    node.where = token(at, string_end(text_, at));
    node.text = std::move(value);
    return builder_.add(std::move(node));
  }
  bool key(string_t& value) override { return string(value); }

  bool start_object(std::size_t) override { return begin(Kind::mapping); }
  bool start_array(std::size_t) override { return begin(Kind::sequence); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const Json::exception& e) override {
    if (e.id == kNumberOverflow) {
      const std::size_t at = next();
      report("GW1013", token(at, word_end(at)),
             fmt::format("{} is no number that can be kept", printable(last_token)));
      return false;
    }
    violated_ = true;
    const std::size_t bad = std::min(position == 0 ? 0 : position - 1, text_.size());
    diagnostics_.add(syntax_error(core_of(e.what()), bad));
    return false;
  }

 private:
  std::string_view text_;
  Diagnostics& diagnostics_;
  Locator locator_;
  TreeBuilder builder_;
  std::size_t at_ = 0;  // behind the last token
  bool violated_ = false;

  [[nodiscard]] std::size_t next() const {
    return std::min(text_.find_first_not_of(" \t\r\n,:", at_), text_.size());
  }
  [[nodiscard]] std::size_t word_end(std::size_t at) const {
    return std::min(text_.find_first_of(" \t\r\n,:[]{}", at), text_.size());
  }
  Span token(std::size_t begin, std::size_t end) {
    at_ = end;
    return locator_.span(begin, end);
  }

  // A token that is not possible is marked whole, a string that is malformed where it goes wrong.
  Diagnostic syntax_error(std::string_view reason, std::size_t bad) {
    constexpr std::string_view kExpected = "; expected ";
    const auto split_at = reason.find(kExpected);
    std::string_view what = reason.substr(0, split_at);
    what = what.substr(0, what.find("; last read: "));
    const bool in_string = what.starts_with("invalid string");
    const std::size_t begin = in_string ? bad : token_start(bad);
    const std::size_t end = in_string ? bad + 1 : std::max(begin + 1, word_end(begin));
    Diagnostic d = make_diagnostic("GW1004", locator_.span(begin, std::min(end, text_.size())),
                                   printable(what));
    d.path = builder_.path();
    if (split_at != std::string_view::npos) d.expected = reason.substr(split_at + kExpected.size());
    return d;
  }

  // Back from the last character read to the first of its token.
  [[nodiscard]] std::size_t token_start(std::size_t bad) const {
    if (bad >= text_.size()) return text_.size();
    if (text_[bad] == '"') return std::min(next(), bad);
    std::size_t begin = bad;
    const auto in_word = [](char c) { return is_alnum(c) || c == '-' || c == '+' || c == '.'; };
    // What cannot end a word is where it went wrong: "tru}" is about tru.
    while (begin > at_ && in_word(text_[begin - 1])) --begin;
    return begin;
  }

  // A literal or a number: its spelling is resolved as YAML's, so that both readers agree.
  bool word() {
    const std::size_t at = next();
    Node node;
    node.where = token(at, word_end(at));
    node.text = text_.substr(at, at_ - at);
    if (resolve_scalar(node) == ScalarTrouble::out_of_range) {
      report("GW1013", node.where,
             fmt::format("{} is no number that can be kept", printable(node.text)));
    }
    return builder_.add(std::move(node));
  }

  bool begin(Kind kind) {
    const std::size_t at = next();
    return builder_.begin(kind, token(at, at + 1));
  }

  bool end() {
    const std::size_t at = next();
    builder_.end(token(at, at + 1));
    return true;
  }

  void report(std::string_view code, Span where, std::string message) {
    Diagnostic d = make_diagnostic(code, where, std::move(message));
    d.path = builder_.path();
    diagnostics_.add(std::move(d));
  }
};

}  // namespace

JsonOutcome read_json(FileId file, std::string_view text, Diagnostics& diagnostics,
                      Controls controls) {
  const std::size_t errors = diagnostics.errors();
  JsonHandler handler(file, text, diagnostics, controls);
  (void)Json::sax_parse(text.begin(), text.end(), &handler);
  if (diagnostics.errors() != errors) return {std::nullopt, !handler.violated()};
  return {handler.take(), true};
}

}  // namespace gw::config
