#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/playing.h"

namespace gw::gateway {

using test::answer;
using test::at_ms;
using test::config_of;
using test::Gateway;
using test::target;
using test::upstream_of;
using Kind = ProbeOutcome::Kind;

namespace {

// As Kong's defaults, with thresholds.
model::HealthRules rules() {
  return {.successes = 2,
          .http_failures = 3,
          .tcp_failures = 2,
          .timeouts = 1,
          .healthy_statuses = {200, 302},
          .unhealthy_statuses = {429, 500, 503}};
}

model::Upstream passive_pool() {
  model::Upstream upstream = upstream_of({target("a"), target("b")});
  upstream.healthchecks.passive = rules();
  return upstream;
}

model::Upstream active_pool() {
  model::Upstream upstream = upstream_of({target("a"), target("b")});
  upstream.healthchecks.active.rules = rules();
  upstream.healthchecks.active.healthy_interval = 5;
  upstream.healthchecks.active.unhealthy_interval = 1;
  return upstream;
}

SteadyTime at(int seconds) {
  return SteadyTime{std::chrono::seconds{seconds}};
}

// The place of target `index` in a Balancers without any target tried.
TargetRef ref_of(Balancers& balancers, const model::Upstream& upstream, std::uint32_t index) {
  const CompiledUpstream compiled = compile_upstream(upstream);
  const std::vector<std::uint32_t> others{index == 0 ? 1U : 0U};
  return balancers.pick(compiled, others)->ref;
}

}  // namespace

TEST_CASE("a target turns when one kind of failure reaches its threshold") {
  TargetHealth health;
  CHECK(health.count(Report::tcp_failure, 3));
  CHECK(health.count(Report::http_failure, 3));
  CHECK(health.count(Report::tcp_failure, 3));
  CHECK(health.is_healthy());
  CHECK(health.count(Report::tcp_failure, 3));
  CHECK_FALSE(health.is_healthy());
  CHECK_FALSE(health.count(Report::tcp_failure, 3));
}

TEST_CASE("a success wipes out failures, and a failure the successes") {
  TargetHealth health;
  CHECK_FALSE_MESSAGE(health.count(Report::success, 2), "it is healthy anyhow");
  (void)health.count(Report::timeout, 2);
  CHECK(health.count(Report::success, 2));
  (void)health.count(Report::timeout, 2);
  CHECK(health.is_healthy());
  (void)health.count(Report::timeout, 2);
  CHECK_FALSE(health.is_healthy());
  (void)health.count(Report::success, 2);
  (void)health.count(Report::timeout, 2);
  (void)health.count(Report::success, 2);
  CHECK_FALSE(health.is_healthy());
  (void)health.count(Report::success, 2);
  CHECK(health.is_healthy());
}

TEST_CASE("a threshold of 0 is off: not even a success has an effect") {
  TargetHealth health;
  for (int i = 0; i < 300; ++i) CHECK_FALSE(health.count(Report::http_failure, 0));
  CHECK(health.is_healthy());
  (void)health.count(Report::timeout, 2);
  CHECK_FALSE(health.count(Report::success, 0));
  (void)health.count(Report::timeout, 2);
  CHECK_FALSE(health.is_healthy());
}

TEST_CASE("traffic that fails takes a target out, and the status words are Kong's") {
  const model::Upstream upstream = passive_pool();
  Balancers balancers;
  const TargetRef a = ref_of(balancers, upstream, 0);
  const auto status = [&] { return word(balancers.status(upstream, upstream.targets[0])); };
  CHECK(status() == "HEALTHY");
  balancers.saw_status(a, 500, at(1));
  balancers.saw_status(a, 404, at(1));  // says nothing
  balancers.saw_status(a, 429, at(1));
  CHECK(status() == "HEALTHY");
  balancers.saw_status(a, 503, at(1));
  CHECK(status() == "UNHEALTHY");
  const CompiledUpstream compiled = compile_upstream(upstream);
  for (int i = 0; i < 5; ++i) CHECK(balancers.pick(compiled, {})->index == 1);
  balancers.saw_status(a, 200, at(2));
  balancers.saw_status(a, 302, at(2));
  CHECK(status() == "HEALTHY");
  balancers.saw_status(a, 504, at(3));
  CHECK_MESSAGE(status() == "UNHEALTHY", "an unlisted 504 is a timeout");
}

TEST_CASE("an exchange reports its failed tries, and nobody is left in the end") {
  const model::Upstream upstream = passive_pool();
  Gateway gateway(config_of({3, 9}, upstream));
  Exchange& exchange = gateway.begin();
  Step step = exchange.start();
  int tries = 0;
  for (; std::holds_alternative<Try>(step); ++tries) {
    step = exchange.on_attempt(AttemptError::refused, at_ms(1));
  }
  CHECK(tries == 4);  // two failures for each of two targets
  CHECK(test::head_of(step).status == 503);
  CHECK(std::get<Respond>(step).body.find("failure to get a peer") != std::string_view::npos);
  for (const auto& t : upstream.targets) {
    CHECK(gateway.balancers().status(upstream, t) == TargetStatus::unhealthy);
  }
}

TEST_CASE("a target without an address is passed over at no retry's cost") {
  model::Config config = config_of({3, 9}, upstream_of({target("gone"), target("b")}));
  config.services[0].retries = 0;
  const model::Upstream upstream = config.upstreams[0];
  Gateway gateway(config);
  Exchange& exchange = gateway.begin();
  const Step first = exchange.start();
  REQUIRE(std::get<Try>(first).target.host == "gone");
  const Step second = exchange.on_attempt(AttemptError::name_unknown, at_ms(1));
  REQUIRE(std::holds_alternative<Try>(second));
  CHECK(std::get<Try>(second).target.host == "b");
  const auto status = [&](std::size_t i) {
    return word(gateway.balancers().status(upstream, upstream.targets[i]));
  };
  CHECK(status(0) == "DNS_ERROR");
  CHECK(status(1) == "HEALTHCHECKS_OFF");
  const Step last = exchange.on_attempt(AttemptError::name_failure, at_ms(1));
  REQUIRE(std::holds_alternative<Respond>(last));
  CHECK(test::head_of(last).status == 503);
}

TEST_CASE("an upstream with too little healthy weight is down as a whole") {
  model::Upstream upstream = passive_pool();
  upstream.targets = {target("a", 60), target("b", 40)};
  upstream.healthchecks.threshold = 50;
  const CompiledUpstream compiled = compile_upstream(upstream);
  Balancers balancers;
  const TargetRef a = ref_of(balancers, upstream, 0);
  CHECK(balancers.is_up(upstream));
  balancers.saw_failure(a, Report::timeout, at(1));
  CHECK_FALSE(balancers.is_up(upstream));
  CHECK_FALSE(balancers.pick(compiled, {}).has_value());
  balancers.saw_status(a, 200, at(2));
  balancers.saw_status(a, 200, at(2));
  CHECK(balancers.is_up(upstream));
  CHECK(balancers.pick(compiled, {}).has_value());
}

TEST_CASE("checks are due at once, then an interval after the last, by the target's side") {
  model::Config config = config_of({3, 9}, active_pool());
  Balancers balancers;
  CHECK_FALSE(balancers.next_due().has_value());
  balancers.configure(config);
  REQUIRE(balancers.next_due().has_value());
  CHECK(*balancers.next_due() <= at(10));
  const auto probes = balancers.due(at(10));
  REQUIRE(probes.size() == 2);
  CHECK(balancers.due(at(10)).empty());
  CHECK_FALSE_MESSAGE(balancers.next_due().has_value(), "both are under way");
  balancers.on_probe(probes[0].id, {Kind::timed_out, 0}, at(11));
  CHECK(balancers.next_due() == at(12));  // unhealthy by now
  balancers.on_probe(probes[1].id, {Kind::answered, 200}, at(11));
  CHECK(balancers.due(at(12)).size() == 1);
  CHECK(balancers.next_due() == at(16));
}

TEST_CASE("a check says all that is needed to make it") {
  model::Upstream upstream = active_pool();
  upstream.host_header = "front.test";
  upstream.healthchecks.active.type = model::CheckType::https;
  upstream.healthchecks.active.http_path = "/up";
  upstream.healthchecks.active.timeout = 0.5;
  upstream.healthchecks.active.https_verify_certificate = false;
  upstream.healthchecks.active.headers = {{"X-A", {"1", "2"}}};
  Balancers balancers;
  balancers.configure(config_of({3, 9}, upstream));
  const auto probes = balancers.due(at(1));
  REQUIRE(probes.size() == 2);
  const Probe& probe = probes[0];
  CHECK(probe.type == Probe::Type::https);
  CHECK(probe.host == "a");
  CHECK(probe.port == 8000);
  CHECK(probe.path == "/up");
  CHECK(probe.host_header == "front.test");
  CHECK(probe.sni == "a");
  CHECK_FALSE(probe.verify);
  CHECK(probe.timeout == std::chrono::milliseconds(500));
  CHECK(probe.headers ==
        std::vector<std::pair<std::string, std::string>>{{"X-A", "1"}, {"X-A", "2"}});
}

TEST_CASE("no more checks are under way than concurrency says, and the longest waiting is first") {
  model::Upstream upstream = active_pool();
  upstream.targets.push_back(target("c"));
  upstream.healthchecks.active.concurrency = 2;
  upstream.healthchecks.active.healthy_interval = 1;
  Balancers balancers;
  balancers.configure(config_of({3, 9}, upstream));
  const auto first = balancers.due(at(1));
  REQUIRE(first.size() == 2);
  CHECK_FALSE(balancers.next_due().has_value());
  // The two are due again when a place is free; c has not been checked at all.
  for (const Probe& probe : first) balancers.on_probe(probe.id, {Kind::answered, 200}, at(2));
  const auto second = balancers.due(at(9));
  REQUIRE(second.size() == 2);
  CHECK((second[0].host == "c" || second[1].host == "c"));
}

TEST_CASE("how a check ends decides what is counted") {
  struct Row {
    const char* why;
    ProbeOutcome outcome;
    int until_unhealthy;  // 0: never
  };
  for (const Row& r :
       {Row{"no connection", {Kind::failed, 0}, 2}, Row{"a timeout", {Kind::timed_out, 0}, 1},
        Row{"a bad status", {Kind::answered, 500}, 3},
        Row{"no HTTP at all", {Kind::answered, 0}, 3},
        Row{"a status of neither list", {Kind::answered, 404}, 0},
        Row{"a good status", {Kind::answered, 200}, 0},
        Row{"a mere connection", {Kind::connected, 0}, 0}}) {
    CAPTURE(r.why);
    const model::Upstream upstream = active_pool();
    Balancers balancers;
    balancers.configure(config_of({3, 9}, upstream));
    int checks = 0;
    for (int now = 0; now < 100 && checks < 10; ++now) {
      for (const Probe& probe : balancers.due(at(now))) {
        const bool watched = probe.host == "a";
        balancers.on_probe(probe.id, watched ? r.outcome : ProbeOutcome{Kind::answered, 200},
                           at(now));
        checks += watched ? 1 : 0;
      }
      if (balancers.status(upstream, upstream.targets[0]) == TargetStatus::unhealthy) break;
    }
    CHECK(checks == (r.until_unhealthy == 0 ? 10 : r.until_unhealthy));
  }
}

TEST_CASE("what one worker sees has the same effect on another, and does not come back") {
  const model::Upstream upstream = passive_pool();
  const model::Config config = config_of({3, 9}, upstream);
  Balancers here;
  Balancers there;
  here.configure(config);
  there.configure(config);
  std::vector<HealthEvent> events;
  here.on_event([&](const HealthEvent& event) { events.push_back(event); });
  there.on_event([&](const HealthEvent&) { FAIL("an applied event was sent on"); });
  const TargetRef a = ref_of(here, upstream, 0);
  here.saw_status(a, 200, at(1));  // confirms only: nobody needs to know
  CHECK(events.empty());
  here.saw_failure(a, Report::tcp_failure, at(1));
  here.saw_failure(a, Report::tcp_failure, at(2));
  REQUIRE(events.size() == 2);
  CHECK_FALSE(events[0].turned);
  CHECK(events[1].turned);
  CHECK_FALSE(events[1].healthy);
  CHECK(events[1].host == "a");
  for (const HealthEvent& event : events) there.apply(event);
  CHECK(there.status(upstream, upstream.targets[0]) == TargetStatus::unhealthy);
  CHECK(there.status(upstream, upstream.targets[1]) == TargetStatus::healthy);
}

TEST_CASE("a target that is marked by hand stays so until traffic says otherwise") {
  const model::Upstream upstream = passive_pool();
  Balancers balancers;
  balancers.configure(config_of({3, 9}, upstream));
  balancers.on_event([](const HealthEvent&) { FAIL("a mark was sent on"); });
  const model::Target& a = upstream.targets[0];
  const TargetRef ref = ref_of(balancers, upstream, 0);
  balancers.mark(upstream, a, false, at(1));
  CHECK(balancers.status(upstream, a) == TargetStatus::unhealthy);
  CHECK(balancers.status(upstream, upstream.targets[1]) == TargetStatus::healthy);
  CHECK(balancers.pick(compile_upstream(upstream), {})->index == 1);
  balancers.on_event({});
  balancers.saw_status(ref, 200, at(2));
  balancers.saw_status(ref, 200, at(3));
  CHECK(balancers.status(upstream, a) == TargetStatus::healthy);
}

TEST_CASE("a mark wipes out what was counted, and means nothing without health checks") {
  model::Upstream upstream = passive_pool();
  Balancers balancers;
  balancers.configure(config_of({3, 9}, upstream));
  const TargetRef a = ref_of(balancers, upstream, 0);
  balancers.saw_failure(a, Report::tcp_failure, at(1));
  balancers.mark(upstream, upstream.targets[0], true, at(1));
  balancers.saw_failure(a, Report::tcp_failure, at(2));
  CHECK(balancers.status(upstream, upstream.targets[0]) == TargetStatus::healthy);
  upstream.healthchecks = {};
  balancers.configure(config_of({3, 9}, upstream));
  balancers.mark(upstream, upstream.targets[0], false, at(3));
  CHECK(balancers.status(upstream, upstream.targets[0]) == TargetStatus::healthchecks_off);
}

TEST_CASE("a reload keeps the health and the requests of targets that stay") {
  const model::Upstream before = passive_pool();
  Balancers balancers;
  balancers.configure(config_of({3, 9}, before));
  const TargetRef a = ref_of(balancers, before, 0);
  const TargetRef b = ref_of(balancers, before, 1);
  balancers.begun(a);
  balancers.begun(b);
  balancers.saw_failure(a, Report::timeout, at(1));
  model::Upstream after = before;
  after.targets = {target("c"), target("a")};
  balancers.configure(config_of({3, 9}, after));
  CHECK(balancers.status(after, after.targets[1]) == TargetStatus::unhealthy);
  CHECK(balancers.status(after, after.targets[0]) == TargetStatus::healthy);
  CHECK(balancers.connections(after, after.targets[1]) == 1);
  CHECK(balancers.connections(after, after.targets[0]) == 0);
  balancers.ended(b);  // gone: nobody else's count may suffer
  balancers.saw_failure(b, Report::timeout, at(2));
  CHECK(balancers.status(after, after.targets[0]) == TargetStatus::healthy);
  CHECK(balancers.pick(compile_upstream(after), {})->index == 0);
}

TEST_CASE("health is forgotten when a reload turns the checks off") {
  const model::Upstream before = passive_pool();
  Balancers balancers;
  balancers.configure(config_of({3, 9}, before));
  const TargetRef a = ref_of(balancers, before, 0);
  balancers.saw_failure(a, Report::timeout, at(1));
  model::Upstream after = before;
  after.healthchecks = {};
  balancers.configure(config_of({3, 9}, after));
  CHECK(word(balancers.status(after, after.targets[0])) == "HEALTHCHECKS_OFF");
  balancers.configure(config_of({3, 9}, before));
  CHECK(balancers.status(before, before.targets[0]) == TargetStatus::healthy);
}

TEST_CASE("the outcome of a check whose target has gone is ignored") {
  Balancers balancers;
  balancers.configure(config_of({3, 9}, active_pool()));
  const auto probes = balancers.due(at(1));
  balancers.configure(config_of({3, 9}));
  for (const Probe& probe : probes) balancers.on_probe(probe.id, {Kind::failed, 0}, at(2));
  CHECK_FALSE(balancers.next_due().has_value());
}

}  // namespace gw::gateway
