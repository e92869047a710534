#include "replay/expectation_reader.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "replay/matcher_reader.h"
#include "replay/send.h"

namespace gw::replay {
namespace {

using config::Kind;
using config::Node;

template <class T>
struct Draft {
  T out;
  MatchContext context;
};
using SendDraft = Draft<Expectation>;
using UpstreamDraft = Draft<UpstreamExpectation>;

// The reader of a member of T that is an optional Matcher or JsonMatcher.
template <class T, std::optional<Matcher> T::* kMember>
void value(Reader& reader, const Place& at, Draft<T>& draft) {
  draft.out.*kMember = read_matcher(reader, at, draft.context);
}
template <class T, std::optional<JsonMatcher> T::* kMember>
void subset(Reader& reader, const Place& at, Draft<T>& draft) {
  draft.out.*kMember = read_json_matcher(reader, at, draft.context);
}
template <class T, std::optional<JsonMatcher> T::* kMember>
void whole(Reader&, const Place& at, Draft<T>& draft) {
  draft.out.*kMember = read_exact_json(at);
}

template <class T>
void headers(Reader& reader, const Place& at, Draft<T>& draft) {
  if (!is_mapping(reader, at)) return;
  MatchContext context = draft.context;
  context.header = true;
  for (const config::Member& member : at.node.members) {
    if (!is_token(member.key)) {
      reader.report(Fault::bad_value, member.key_where, at.member(member).path,
                    "this cannot be the name of a header field", "letters, digits and -_.");
      continue;
    }
    if (auto matcher = read_matcher(reader, at.member(member), context)) {
      draft.out.headers.push_back({member.key, std::move(*matcher)});
    }
  }
}

constexpr std::array<Key<UpstreamDraft>, 7> kUpstreamKeys{{
    {"method", value<UpstreamExpectation, &UpstreamExpectation::method>},
    {"path", value<UpstreamExpectation, &UpstreamExpectation::path>},
    {"headers", headers<UpstreamExpectation>},
    {"body", value<UpstreamExpectation, &UpstreamExpectation::body>},
    {"json", subset<UpstreamExpectation, &UpstreamExpectation::json>},
    {"json_exact", whole<UpstreamExpectation, &UpstreamExpectation::json_exact>},
    {"attempts", value<UpstreamExpectation, &UpstreamExpectation::attempts>},
}};

using Presence = UpstreamExpectation::Presence;
constexpr std::array kPresence{Word<Presence>{"absent", Presence::absent},
                               Word<Presence>{"present", Presence::present}};

UpstreamExpectation read_one_upstream(Reader& reader, const Place& at,
                                      const MatchContext& context) {
  UpstreamDraft draft{.out = {}, .context = context};
  draft.out.where = at.node.where;
  if (at.node.is(Kind::mapping)) {
    read_keys(reader, at, kUpstreamKeys, "what the upstream saw", draft);
  } else if (at.node.is(Kind::string)) {
    if (const auto presence = read_choice(reader, at, kPresence)) draft.out.presence = *presence;
  } else {
    reader.wrong_type(at, "a mapping, absent or present");
  }
  return std::move(draft.out);
}

void upstream(Reader& reader, const Place& at, SendDraft& draft) {
  auto& out = draft.out.upstream;
  if (!at.node.is(Kind::sequence)) {
    out.push_back(read_one_upstream(reader, at, draft.context));
  } else if (fits_times(reader, at, draft.context.times)) {
    for (std::size_t i = 0; i < at.node.items.size(); ++i) {
      if (is_any(at.node.items[i])) {
        out.emplace_back();
        out.back().presence = Presence::any;
      } else {
        out.push_back(read_one_upstream(reader, at.item(i), draft.context));
      }
    }
  }
}

constexpr std::array<Key<SendDraft>, 8> kSendKeys{{
    {"status", value<Expectation, &Expectation::status>},
    {"headers", headers<Expectation>},
    {"body", value<Expectation, &Expectation::body>},
    {"json", subset<Expectation, &Expectation::json>},
    {"json_exact", whole<Expectation, &Expectation::json_exact>},
    {"route", value<Expectation, &Expectation::route>},
    {"consumer", value<Expectation, &Expectation::consumer>},
    {"upstream", upstream},
}};

template <std::optional<Matcher> TallyExpectation::* kMember>
void sum(Reader& reader, const Place& at, TallyExpectation& out) {
  out.*kMember = read_matcher(reader, at, {.count = true});
}
constexpr std::array<Key<TallyExpectation>, 5> kTallyKeys{{
    {"requests", sum<&TallyExpectation::requests>},
    {"passed", sum<&TallyExpectation::passed>},
    {"limited", sum<&TallyExpectation::limited>},
    {"denied", sum<&TallyExpectation::denied>},
    {"failed", sum<&TallyExpectation::failed>},
}};

template <std::optional<Matcher> TallyExpectation::* kMember>
void total(Reader& reader, const Place& at, TrafficExpectation& out) {
  sum<kMember>(reader, at, out.total);
}
template <GroupExpectations TrafficExpectation::* kMember>
void group(Reader& reader, const Place& at, TrafficExpectation& out) {
  if (!is_mapping(reader, at)) return;
  for (const config::Member& member : at.node.members) {
    TallyExpectation tally;
    read_keys(reader, at.member(member), kTallyKeys, "a group's sums", tally);
    (out.*kMember).emplace_back(member.key, std::move(tally));
  }
}
constexpr std::array<Key<TrafficExpectation>, 10> kTrafficKeys{{
    {"requests", total<&TallyExpectation::requests>},
    {"passed", total<&TallyExpectation::passed>},
    {"limited", total<&TallyExpectation::limited>},
    {"denied", total<&TallyExpectation::denied>},
    {"failed", total<&TallyExpectation::failed>},
    {"by_consumer", group<&TrafficExpectation::by_consumer>},
    {"by_route", group<&TrafficExpectation::by_route>},
    {"by_node", group<&TrafficExpectation::by_node>},
    {"by_status", group<&TrafficExpectation::by_status>},
    {"overshoot",
     [](Reader& r, const Place& at, TrafficExpectation& out) {
       out.overshoot = read_matcher(r, at, {.count = true});
     }},
}};

constexpr std::array kReloads{Word<Reload>{"refused", Reload::refused},
                              Word<Reload>{"accepted", Reload::accepted}};
constexpr std::array<Key<Expectation>, 1> kSetKeys{{
    {"reload",
     [](Reader& r, const Place& at, Expectation& out) {
       out.reload_where = at.node.where;
       if (const auto reload = read_choice(r, at, kReloads)) out.reload = *reload;
     }},
}};

}  // namespace

Expectation read_send_expectation(Reader& reader, const Place& at, std::uint64_t times) {
  SendDraft draft{.out = {}, .context = {.times = times}};
  read_keys(reader, at, kSendKeys, "what a \"send\" step expects", draft);
  return std::move(draft.out);
}

Expectation read_traffic_expectation(Reader& reader, const Place& at) {
  Expectation out;
  read_keys(reader, at, kTrafficKeys, "what a \"traffic\" step expects", out.traffic);
  return out;
}

Expectation read_set_expectation(Reader& reader, const Place& at) {
  Expectation out;
  read_keys(reader, at, kSetKeys, "what a \"set\" step expects", out);
  return out;
}

}  // namespace gw::replay
