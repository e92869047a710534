#include "consul/watch.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "world.h"

namespace gw::consul {
namespace {

using namespace std::chrono_literals;

// What the agent of a test says; questions block until it says something else.
class Agent {
 public:
  struct State {
    Roots roots;
    Leaf leaf;
    std::uint64_t index = 1;
    bool away = false;
    std::set<std::string> refused{};  // services of whom nothing is given
  };

  explicit Agent(State state) : state_(std::move(state)) {}

  void change(const std::function<void(State&)>& how) {
    {
      const std::lock_guard lock(mutex_);
      how(state_);
      ++state_.index;
    }
    changed_.notify_all();
  }
  [[nodiscard]] int questions() const { return questions_.load(); }
  [[nodiscard]] bool refuses(const std::string& service) {
    const std::lock_guard lock(mutex_);
    return state_.refused.contains(service);
  }

  template <class T>
  Result<Versioned<T>> answer(Blocking blocking, const std::atomic<bool>& cancelled,
                              T State::* member) {
    ++questions_;
    std::unique_lock lock(mutex_);
    if (blocking.index > 0) {
      changed_.wait_for(lock, blocking.wait, [&] {
        return cancelled.load() || state_.away || state_.index != blocking.index;
      });
    }
    if (cancelled.load() || state_.away) return fail(ErrorCode::unreachable, "nobody is there");
    return Versioned<T>{state_.*member, state_.index};
  }
  void wake() {
    {
      const std::lock_guard lock(mutex_);
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  std::atomic<int> questions_{0};
};

class FakeSource final : public CertificateSource {
 public:
  explicit FakeSource(Agent& agent) : agent_(agent) {}
  Result<Versioned<Roots>> roots(Blocking blocking, std::chrono::milliseconds /*p*/) override {
    return agent_.answer(blocking, cancelled_, &Agent::State::roots);
  }
  Result<Versioned<Leaf>> leaf(const std::string& service, Blocking blocking,
                               std::chrono::milliseconds /*patience*/) override {
    auto leaf = agent_.answer(blocking, cancelled_, &Agent::State::leaf);
    if (leaf && agent_.refuses(service)) return fail(ErrorCode::missing, service + ": 403");
    if (leaf) leaf->value.service = service;
    return leaf;
  }
  void cancel() override {
    cancelled_.store(true);
    agent_.wake();
  }

 private:
  Agent& agent_;
  std::atomic<bool> cancelled_{false};
};

// Counts what it is told.
struct Told {
  std::atomic<int> changed{0}, out_of_reach{0}, recovered{0}, refused{0};
  WatchEvents events() {
    return {.changed = [this] { ++changed; },
            .out_of_reach = [this](const Error&) { ++out_of_reach; },
            .recovered = [this] { ++recovered; },
            .refused = [this](const std::string&, const Error&) { ++refused; }};
  }
};

bool soon(const std::function<bool()>& what) {
  for (int i = 0; i < 2000; ++i) {
    if (what()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

// Certificates that hold now.
struct World {
  World() {
    const auto now = whole_seconds(SystemClock().now().wall);
    root = testing::mint_root("root", now - 1h);
    leaf = fresh("web");
  }
  [[nodiscard]] Leaf fresh(const std::string& service) const {
    const auto now = whole_seconds(SystemClock().now().wall);
    auto made =
        testing::leaf_of(testing::mint_leaf(root, service, {.not_before = now - 1min}), service);
    made.not_before = now - 1min;
    made.not_after = now + 71h;
    return made;
  }
  testing::Minted root;
  Leaf leaf;
};

SourceFactory sources(Agent& agent) {
  return [&agent] { return std::make_unique<FakeSource>(agent); };
}

TEST_CASE("what is found fit becomes current, and a change of it is followed") {
  const World world;
  Agent agent({.roots = testing::roots_of(world.root), .leaf = world.leaf});
  Told told;
  const SystemClock clock;
  const Watch watch(sources(agent), {"web"}, clock, told.events());
  const auto has = [&](const Leaf& leaf) {
    return [&] {
      const auto current = watch.current();
      const auto found = current ? current->leaves.find("web") : decltype(current->leaves.end()){};
      return current && found != current->leaves.end() && found->second == leaf;
    };
  };
  REQUIRE(soon(has(world.leaf)));
  const Leaf next = world.fresh("web");
  agent.change([&](Agent::State& state) { state.leaf = next; });
  CHECK(soon(has(next)));
  CHECK(told.changed > 1);
  CHECK(told.out_of_reach == 0);
}

TEST_CASE("what is not fit is told once and leaves the last good ones in place") {
  const World world;
  Agent agent({.roots = testing::roots_of(world.root), .leaf = world.leaf});
  Told told;
  const SystemClock clock;
  const Watch watch(sources(agent), {"web"}, clock, told.events());
  REQUIRE(soon([&] { return watch.current() && watch.current()->leaves.contains("web"); }));
  agent.change([&](Agent::State& state) { state.leaf = world.fresh("api"); });
  REQUIRE(soon([&] { return told.refused == 1; }));
  std::this_thread::sleep_for(600ms);
  CHECK(told.refused == 1);
  CHECK(watch.current()->leaves.at("web") == world.leaf);
  const Leaf next = world.fresh("web");
  agent.change([&](Agent::State& state) { state.leaf = next; });
  CHECK(soon([&] { return watch.current()->leaves.at("web") == next; }));
}

TEST_CASE("an outage is told once, and its end once, and nothing is lost by it") {
  const World world;
  Agent agent({.roots = testing::roots_of(world.root), .leaf = world.leaf});
  Told told;
  const SystemClock clock;
  const Watch watch(sources(agent), {"web"}, clock, told.events());
  REQUIRE(soon([&] { return watch.current() && watch.current()->leaves.contains("web"); }));
  agent.change([](Agent::State& state) { state.away = true; });
  REQUIRE(soon([&] { return told.out_of_reach == 1; }));
  CHECK(watch.is_out_of_reach());
  std::this_thread::sleep_for(500ms);
  agent.change([](Agent::State& state) { state.away = false; });
  REQUIRE(soon([&] { return told.recovered == 1; }));
  CHECK(told.out_of_reach == 1);
  CHECK_FALSE(watch.is_out_of_reach());
  CHECK(watch.current()->leaves.at("web") == world.leaf);
}

TEST_CASE("a second service that is refused is told of, while another has been refused all along") {
  const World world;
  Agent agent({.roots = testing::roots_of(world.root), .leaf = world.leaf, .refused = {"api"}});
  Told told;
  const SystemClock clock;
  const Watch watch(sources(agent), {"api", "web"}, clock, told.events());
  REQUIRE(soon([&] { return told.out_of_reach == 1; }));
  REQUIRE(soon([&] { return watch.current() && watch.current()->leaves.contains("web"); }));
  agent.change([](Agent::State& state) { state.refused.insert("web"); });
  REQUIRE(soon([&] { return told.out_of_reach == 2; }));

  SUBCASE("its end is told when the last of them is given again") {
    agent.change([](Agent::State& state) { state.refused.clear(); });
    CHECK(soon([&] { return told.recovered == 1; }));
    CHECK_FALSE(watch.is_out_of_reach());
    CHECK(told.out_of_reach == 2);
  }
  SUBCASE("so are the end of the agent and its return, each once") {
    agent.change([](Agent::State& state) { state.away = true; });
    REQUIRE(soon([&] { return told.out_of_reach == 3; }));
    std::this_thread::sleep_for(500ms);
    CHECK(told.recovered == 0);
    agent.change([](Agent::State& state) { state.away = false; });
    REQUIRE(soon([&] { return told.recovered == 1; }));
    std::this_thread::sleep_for(1s);
    CHECK(told.out_of_reach == 3);
    CHECK(watch.is_out_of_reach());
  }
}

TEST_CASE("an agent whose answers never wait is not stormed") {
  const World world;
  Agent agent({.roots = testing::roots_of(world.root), .leaf = world.leaf});
  std::atomic<bool> stop{false};
  std::jthread spinner([&] {
    while (!stop.load()) {
      agent.change([](Agent::State&) {});
      std::this_thread::sleep_for(1ms);
    }
  });
  Told told;
  const SystemClock clock;
  {
    const Watch watch(sources(agent), {"web"}, clock, told.events());
    std::this_thread::sleep_for(2s);
  }
  stop.store(true);
  CHECK(agent.questions() <= 20);
}

TEST_CASE("a watch that is in the middle of waiting ends at once") {
  const World world;
  Agent agent({.roots = testing::roots_of(world.root), .leaf = world.leaf});
  Told told;
  const SystemClock clock;
  const SteadyTime began = clock.now().steady;
  {
    const Watch watch(sources(agent), {"web", "api"}, clock, told.events());
  }
  CHECK(clock.now().steady - began < 5s);
}

}  // namespace
}  // namespace gw::consul
