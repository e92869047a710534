// The head parsers on any octets: the cut of the input changes nothing, and what is accepted is
// written as something that is read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "http/framing.h"
#include "http/head_parser.h"
#include "http/head_writer.h"

namespace {

using namespace gw::http;

void require(bool holds) {
  if (!holds) std::abort();
}

bool equal(std::span<const Field> a, std::span<const Field> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].value != b[i].value) return false;
  }
  return true;
}

// Fed in two, from two places; what is complete after the first follows to the second.
template <class Parser>
void parse_cut(Parser& parser, std::string_view input, std::size_t cut, Progress wanted) {
  const std::string first(input.substr(0, cut));
  const Progress early = parser.parse(first);
  const Progress progress = parser.parse(input);
  require(progress == wanted && (early == Progress::need_more || early == wanted));
}

// The fields that a writer takes: framing and Connection are its own.
std::vector<Field> writable(std::span<const Field> fields, const FieldIndex& index) {
  std::vector<Field> kept;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Known known = index.known(i);
    const bool own = known == Known::content_length || known == Known::transfer_encoding ||
                     known == Known::connection;
    if (!own) kept.push_back(fields[i]);
  }
  return kept;
}

void check_round_trip(const RequestParser& parser) {
  const HeadView head = parser.head();
  const auto framing = frame_request(head, parser.index());
  if (!framing || head.version == Version::http10) return;
  const RequestHead copy{head.method, head.target, writable(head.fields, parser.index())};
  std::string out;
  require(write_request(out, copy, framing->body, Persistence::keep_alive));
  RequestParser again;
  // What the writer adds may pass a bound.
  if (again.parse(out) != Progress::complete) {
    require(again.refusal().status == 431);
    return;
  }
  require(again.size() == out.size());
  require(again.head().method == head.method && again.head().target == head.target);
  require(equal(writable(again.head().fields, again.index()), copy.fields));
  const auto same = frame_request(again.head(), again.index());
  require(same && same->body.kind == framing->body.kind && same->body.size == framing->body.size);
}

void check_request(std::string_view input, std::size_t cut) {
  RequestParser whole;
  RequestParser split;
  const Progress progress = whole.parse(input);
  parse_cut(split, input, cut, progress);
  if (progress == Progress::need_more) return;
  require(whole.refusal().status == split.refusal().status);
  require(whole.refusal().reason == split.refusal().reason);
  require(equal(whole.head().fields, split.head().fields));
  require(whole.size() <= input.size());
  if (progress == Progress::complete) check_round_trip(whole);
}

void check_response(std::string_view input, std::size_t cut) {
  ResponseParser whole;
  ResponseParser split;
  const Progress progress = whole.parse(input);
  parse_cut(split, input, cut, progress);
  if (progress == Progress::need_more) return;
  require(whole.refusal().reason == split.refusal().reason);
  require(equal(whole.head().fields, split.head().fields));
  if (progress != Progress::complete) return;
  const auto framing = frame_response("GET", whole.head(), whole.index());
  require(framing || framing.error().status == 502);
}

}  // namespace

// The first two octets say where to cut the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t cut = (data[0] * std::size_t{256} + data[1]) % (input.size() + 1);
  check_request(input, cut);
  check_response(input, cut);
  return 0;
}
