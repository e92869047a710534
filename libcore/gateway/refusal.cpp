#include "gateway/refusal.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "gateway/answers.h"

namespace gw::gateway {
namespace {

struct Row {
  std::uint16_t status;
  std::string_view message;
};
constexpr std::array kMessages{
    Row{400, "Bad request"},
    Row{404, "Not found"},
    Row{408, "Request timeout"},
    Row{411, "Length required"},
    Row{412, "Precondition failed"},
    Row{413, "Payload too large"},
    Row{414, "URI too long"},
    Row{417, "Expectation failed"},
    Row{431, "Request header or cookie too large"},
    Row{500, kUnexpectedError},
    Row{502, "An invalid response was received from the upstream server"},
    Row{503, "The upstream server is currently unavailable"},
    Row{504, "The upstream server is timing out"},
};

// Kong leaves these to nginx, whose page they are at every level.
bool is_pages(std::uint16_t status) {
  return status == 501 || status == 505;
}

std::string_view message_of(Scratch::State& s, std::uint16_t status) {
  if (status == 405) return s.traits().wrong_method;
  const auto* const row = std::ranges::find(kMessages, status, &Row::status);
  if (row != kMessages.end()) return row->message;
  std::array<char, 8> digits{};
  return s.arena.concat(std::string_view("The upstream server responded with "),
                        format_uint(status, digits));
}

}  // namespace

Step answer_refusal(Scratch::State& s, std::uint16_t status, Instant now) {
  if (is_pages(status)) return answer_early(s, status, {}, now);
  return answer_early(s, status, message_of(s, status), now);
}

Respond refuse(const Snapshot& snapshot, Scratch& scratch, const RequestView& partial,
               std::uint16_t status, Instant now, Rng& rng) {
  Scratch::State& s = scratch.state();
  s.begin(snapshot, partial, now, rng, nullptr);
  return std::get<Respond>(answer_refusal(s, status, now));
}

}  // namespace gw::gateway
