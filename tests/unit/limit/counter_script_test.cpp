#include "limit/counter_script.h"

#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

const WallTime kNow = test::at("2024-01-31T23:59:00Z");
const std::vector<Window> kTwo =
    test::windows({{Period::minute, 2}, {Period::month, 2.5}}, whole_seconds(kNow));

Charge charge_of(Counting how = Counting::if_all_pass, std::string_view who = "a") {
  return {.key = {}, .parts = {"ratelimit", {}, {}, who}, .windows = kTwo, .how = how};
}

std::vector<std::string> words_of(std::span<const Charge> charges, KeyLayout layout,
                                  ScriptCall::By by = ScriptCall::By::digest) {
  ScriptCall call;
  call.begin(counting_script(), layout);
  for (const Charge& charge : charges) call.ask(charge, kNow);
  const auto words = call.words(by);
  return {words.begin(), words.end()};
}

constexpr std::string_view kNil = "00000000-0000-0000-0000-000000000000";

std::string key_of(std::string_view who, std::string_view rest) {
  return "ratelimit:" + std::string(kNil) + ":" + std::string(kNil) + std::string(who) +
         std::string(rest);
}

std::optional<std::size_t> read(std::vector<std::int64_t> used, std::span<const Charge> charges) {
  std::array<Reading, 4> out;
  return read_answer(used, charges, out);
}

}  // namespace

TEST_CASE(
    "a call names the keys of all windows, then for each charge its windows' limits and lives") {
  const std::array charges{charge_of(), charge_of(Counting::always, "b")};
  const auto words = words_of(charges, KeyLayout::plain);
  const std::vector<std::string> wanted{"EVALSHA",
                                        counting_script().digest,
                                        "4",
                                        key_of(":a", ":1706745540000:minute"),
                                        key_of(":a", ":1704067200000:month"),
                                        key_of(":b", ":1706745540000:minute"),
                                        key_of(":b", ":1704067200000:month"),
                                        "2",
                                        "2",
                                        "60",
                                        "2.5",
                                        "2592000",
                                        "-2",
                                        "2",
                                        "60",
                                        "2.5",
                                        "2592000"};
  CHECK(words == wanted);
}

TEST_CASE("a server that does not have the script gets its text") {
  const std::array charges{charge_of()};
  const auto words = words_of(charges, KeyLayout::plain, ScriptCall::By::text);
  CHECK(words[0] == "EVAL");
  CHECK(words[1] == counting_script().text);
}

TEST_CASE("in a cluster the identifier is the hash tag, also when it has braces or is empty") {
  const std::array charges{charge_of(), charge_of(Counting::if_all_pass, "")};
  const auto words = words_of(charges, KeyLayout::tagged);
  CHECK(words[3] == key_of("{:a}", ":1706745540000:minute"));
  CHECK(words[5] == key_of("{:}", ":1706745540000:minute"));
}

TEST_CASE("limits reach the script to the last bit") {
  const std::vector<Window> windows =
      test::windows({{Period::minute, 0.1 + 0.2}}, whole_seconds(kNow));
  const Charge charge{.key = {}, .parts = {"ratelimit", {}, {}, "a"}, .windows = windows};
  const auto words = words_of(std::span(&charge, 1), KeyLayout::plain);
  CHECK(std::stod(words[5]) == 0.1 + 0.2);
}

TEST_CASE("a counter lives as long as Kong's, and to the end of a longer month") {
  const WallTime first = test::at("2024-01-01T00:00:01Z");
  const auto january = test::windows({{Period::month, 1}}, whole_seconds(first));
  CHECK(counter_expiry(january[0], first) == test::at("2024-02-01T00:00:00Z"));
  CHECK(counter_expiry(kTwo[0], kNow) == kNow + std::chrono::seconds{60});
}

TEST_CASE("an answer gives each charge what was used before it, up to the first that is refused") {
  const std::array charges{charge_of(), charge_of()};
  std::array<Reading, 2> out;
  CHECK(read_answer(std::array<std::int64_t, 4>{1, 2, 0, 0}, charges, out) == 2);
  CHECK(out[0].passed);
  CHECK(out[0].used_before[model::index(Period::month)] == 2);
  CHECK(read_answer(std::array<std::int64_t, 2>{2, 2}, charges, out) == 1);
  CHECK_FALSE(out[0].passed);
}

TEST_CASE("what cannot be the answer to these charges is none") {
  const std::array charges{charge_of(), charge_of()};
  CHECK_FALSE(read({}, charges).has_value());
  CHECK_FALSE(read({1}, charges).has_value());           // half a charge
  CHECK_FALSE(read({1, 1}, charges).has_value());        // stopped though it passed
  CHECK_FALSE(read({2, 2, 0, 0}, charges).has_value());  // went on though it was refused
  CHECK_FALSE(read({1, 1, 1, 1, 1}, charges).has_value());
  CHECK_FALSE(read({-1, 1, 1, 1}, charges).has_value());
  CHECK(read({1, 1, 1, 1}, charges) == 2);
}

TEST_CASE("a push adds each counter's delta, and gives a new one its life") {
  ScriptCall call;
  call.begin(adding_script(), KeyLayout::plain);
  call.add({CounterName({"ratelimit", {}, {}, "a"}, kTwo[0]), 7}, kNow);
  const auto words = call.words(ScriptCall::By::digest);
  CHECK(words[1] == adding_script().digest);
  CHECK(std::vector<std::string>(words.begin() + 2, words.end()) ==
        std::vector<std::string>{"1", key_of(":a", ":1706745540000:minute"), "7", "60"});
}

}  // namespace gw::limit
