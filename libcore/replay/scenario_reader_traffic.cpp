#include "replay/scenario_reader_traffic.h"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::replay {
namespace {

using config::Kind;

struct StreamDraft {
  Stream out;
  std::uint32_t nodes = 1;
};

struct RateUnit {
  std::string_view name;
  std::chrono::microseconds length;
};
constexpr std::array kRateUnits{RateUnit{"s", std::chrono::seconds{1}},
                                RateUnit{"m", std::chrono::minutes{1}},
                                RateUnit{"h", std::chrono::hours{1}}};

// A million a second leaves one microsecond, the clock's own step, between two requests.
constexpr double kMaxPerSecond = 1e6;

double per_second(const Rate& rate) {
  return rate.count / std::chrono::duration<double>(rate.per).count();
}

std::optional<Rate> parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto count = parse_number(text.substr(0, slash));
  for (const RateUnit& unit : kRateUnits) {
    if (!count || *count <= 0 || text.substr(slash + 1) != unit.name) continue;
    const Rate rate{*count, unit.length};
    if (per_second(rate) <= kMaxPerSecond) return rate;
  }
  return std::nullopt;
}

void read_rate(Reader& reader, const Place& at, StreamDraft& draft) {
  const auto rate = parse_rate(at.node.text);
  if (rate) {
    draft.out.rate = *rate;
  } else {
    reader.report(Fault::bad_value, at, "this is no rate",
                  "N/s, N/m or N/h, above 0 and at most 1000000/s: 50/s");
  }
}

constexpr std::array kArrivals{Word<Arrivals>{"uniform", Arrivals::uniform},
                               Word<Arrivals>{"poisson", Arrivals::poisson}};

constexpr std::array<Key<StreamDraft>, 6> kStreamKeys{{
    {"rate", read_rate, true},
    {"for", [](Reader& r, const Place& at, StreamDraft& out) { out.out.lasts = read_span(r, at); }},
    {"count", [](Reader& r, const Place& at,
                 StreamDraft& out) { out.out.count = read_count(r, at, 1, kMaxTrafficRequests); }},
    {"arrivals",
     [](Reader& r, const Place& at, StreamDraft& out) {
       out.out.arrivals = read_choice(r, at, kArrivals).value_or(Arrivals::uniform);
     }},
    {"seed",
     [](Reader& r, const Place& at, StreamDraft& out) {
       out.out.seed = read_count(r, at, 0, std::uint64_t{1} << 53U).value_or(1);
     }},
    {"node", [](Reader& r, const Place& at,
                StreamDraft& out) { out.out.request.node = read_node(r, at, out.nodes); }},
}};

std::vector<std::string_view> stream_names() {
  std::vector<std::string_view> out{"send"};
  for (const auto& key : kStreamKeys) out.push_back(key.name);
  out.insert(out.end(), kRequestKeyNames.begin(), kRequestKeyNames.end());
  return out;
}

void check_end(Reader& reader, const Place& at) {
  const config::Member* count = at.node.member("count");
  const bool lasts = at.node.find("for") != nullptr;
  if (count != nullptr && lasts) {
    reader.report(Fault::conflict, count->key_where, at.member(*count).path,
                  "a stream ends by \"for\" or by \"count\"", "one of the two");
  } else if (count == nullptr && !lasts) {
    reader.report(Fault::missing_key, at, "the stream has no end", "one of for, count");
  }
}

Stream read_stream(Reader& reader, const Place& at, const Client& client, std::uint32_t nodes) {
  StreamDraft draft{.out = {}, .nodes = nodes};
  draft.out.where = at.node.where;
  if (!is_mapping(reader, at)) return std::move(draft.out);
  check_names(reader, at, stream_names(), "a stream");
  if (auto request = read_request(reader, at, client)) draft.out.request = std::move(*request);
  read_known_keys(reader, at, kStreamKeys, draft);
  check_end(reader, at);
  return std::move(draft.out);
}

}  // namespace

std::optional<std::uint32_t> read_node(Reader& reader, const Place& at, std::uint32_t nodes) {
  const auto node = read_count(reader, at, 1, nodes);
  return node ? std::optional(static_cast<std::uint32_t>(*node)) : std::nullopt;
}

double expected_requests(const Stream& stream) {
  if (stream.count) return static_cast<double>(*stream.count);
  if (!stream.lasts) return 0;
  // A month of 31 days: it is only asked whether this is too many.
  const std::chrono::duration<double> length =
      stream.lasts->exact + stream.lasts->months.count() * std::chrono::days{31};
  return length.count() * per_second(stream.rate);
}

Traffic read_traffic(Reader& reader, const Place& at, const Client& client, std::uint32_t nodes) {
  Traffic out;
  if (!at.node.is(Kind::sequence)) {
    reader.wrong_type(at, "a list of streams");
    return out;
  }
  if (at.node.items.empty() || at.node.items.size() > kMaxStreams) {
    reader.report(Fault::out_of_range, at, fmt::format("{} streams", at.node.items.size()),
                  fmt::format("1 to {} streams", kMaxStreams));
    return out;
  }
  double total = 0;
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    out.streams.push_back(read_stream(reader, at.item(i), client, nodes));
    total += expected_requests(out.streams.back());
  }
  if (total > static_cast<double>(kMaxTrafficRequests)) {
    reader.report(Fault::out_of_range, at, fmt::format("about {} requests", format_number(total)),
                  fmt::format("at most {} in one step", kMaxTrafficRequests));
  }
  return out;
}

}  // namespace gw::replay
