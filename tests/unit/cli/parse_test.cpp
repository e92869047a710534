#include "cli/parse.h"

#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

using gw::cli::Answer;
using gw::cli::Exit;
using gw::cli::Invocation;
using Words = std::vector<std::string>;

namespace {

Invocation parsed(const Words& words) {
  auto outcome = gw::cli::parse(words);
  if (const auto* answer = std::get_if<Answer>(&outcome)) FAIL(answer->text);
  return std::get<Invocation>(std::move(outcome));
}

Answer answered(const Words& words) {
  auto outcome = gw::cli::parse(words);
  REQUIRE(std::holds_alternative<Answer>(outcome));
  return std::get<Answer>(std::move(outcome));
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("options are read in every spelling that getopt_long knows") {
  for (const Words& words : {Words{"replay", "-c", "a.yml", "--config=b.yml", "dir"},
                             Words{"replay", "dir", "--config", "a.yml", "-cb.yml"},
                             Words{"replay", "-c", "a.yml", "-c", "b.yml", "--", "dir"}}) {
    CAPTURE(words.size());
    const Invocation invocation = parsed(words);
    CHECK(invocation.command().name == "replay");
    CHECK(invocation.values("--config") == Words{"a.yml", "b.yml"});
    CHECK(invocation.values("PATH") == Words{"dir"});
  }
}

TEST_CASE("a switch is there or not, and an absent value takes the fallback") {
  const Invocation invocation = parsed({"validate", "--strict", "kong.yml"});
  CHECK(invocation.has("--strict"));
  CHECK_FALSE(invocation.has("--format"));
  CHECK(invocation.value("--format", "text") == "text");
  CHECK(invocation.values("--patch").empty());
}

TEST_CASE("a lone dash is a path, and words after -- are never options") {
  CHECK(parsed({"validate", "-"}).values("PATH") == Words{"-"});
  CHECK(parsed({"validate", "--", "--strict"}).values("PATH") == Words{"--strict"});
}

TEST_CASE("a command below a group is found") {
  const Invocation invocation = parsed({"config", "schema", "routes", "--compat", "2.8"});
  CHECK(invocation.command().name == "config schema");
  CHECK(invocation.value("ENTITY|PLUGIN") == "routes");
  CHECK(invocation.value("--compat") == "2.8");
}

TEST_CASE("a command of three words is found, and each group on the way has its help") {
  const Invocation invocation =
      parsed({"mesh", "intention", "create", "--deny", "kong", "*", "--replace"});
  CHECK(invocation.command().name == "mesh intention create");
  CHECK(invocation.has("--deny"));
  CHECK(invocation.has("--replace"));
  CHECK(invocation.value("SOURCE") == "kong");
  CHECK(invocation.value("DESTINATION") == "*");
  CHECK(contains(answered({"mesh", "--help"}).text, "  intention "));
  CHECK(contains(answered({"mesh", "intention", "--help"}).text, "  create "));
}

TEST_CASE("what a fault is about may be several words, or none") {
  CHECK(parsed({"mesh", "fault", "agent", "slow", "2s"}).values("WHAT") == Words{"slow", "2s"});
  CHECK(parsed({"mesh", "fault", "rotate-root"}).values("WHAT").empty());
  CHECK(parsed({"mesh", "fault", "expire-leaf", "web", "--for", "1m"}).value("--for") == "1m");
}

TEST_CASE("a wrong command line gives status 2 and says what would be right") {
  struct Row {
    std::string why;
    Words words;
    std::string says;
  };
  for (const Row& row : {
           Row{"nothing at all", {}, "gatewayctl: a command is missing"},
           Row{"unknown command", {"vaildate", "x"}, "did you mean validate?"},
           Row{"unknown command of a group", {"config", "shema"}, "did you mean schema?"},
           Row{"unknown command of a group's group",
               {"mesh", "intention", "creat"},
               "did you mean create?"},
           Row{"a group's group alone",
               {"mesh", "intention"},
               "gatewayctl mesh intention: a command is missing"},
           Row{"an intention of one service",
               {"mesh", "intention", "check", "kong"},
               "DESTINATION is missing"},
           Row{"unknown fault", {"mesh", "fault", "rotate-rot"}, "did you mean rotate-root?"},
           Row{"a group alone", {"config"}, "gatewayctl config: a command is missing"},
           Row{"a command of a later release", {"frobnicate"}, "there is no command 'frobnicate'"},
           Row{"unknown option", {"validate", "--strct", "x"}, "did you mean --strict?"},
           Row{"unknown option with a value", {"validate", "--formt=json", "x"}, "--format"},
           Row{"value of another list", {"validate", "--format", "tap", "x"}, "text, json"},
           Row{"misspelt value", {"validate", "--format", "jsn", "x"}, "did you mean json?"},
           Row{"a level that never was", {"validate", "--compat", "4.0", "x"}, "--compat is '4.0'"},
           Row{"value missing", {"validate", "x", "--format"}, "--format"},
           Row{"argument missing", {"validate"}, "PATH is missing"},
           Row{"argument too many", {"completion", "bash", "zsh"}, "one argument too many"},
           Row{"argument not of the list", {"completion", "csh"}, "bash, zsh, fish"},
           Row{"given twice", {"validate", "--format", "json", "--format", "text", "x"}, "2 times"},
           Row{"a value for a switch", {"validate", "--strict=maybe", "x"}, "strict"},
           Row{"a control character in a word", {"val\x1b[31m"}, "\\x1b"},
       }) {
    CAPTURE(row.why);
    const Answer answer = answered(row.words);
    CAPTURE(answer.text);
    CHECK(answer.status == Exit::usage);
    CHECK(contains(answer.text, row.says));
    CHECK(contains(answer.text, "--help'"));
  }
}

TEST_CASE("help and version are answers with status 0, whatever else is missing") {
  CHECK(answered({"--help"}).status == Exit::ok);
  CHECK(answered({"validate", "-h"}).status == Exit::ok);
  CHECK(contains(answered({"config", "schema", "--help"}).text, "gatewayctl config schema"));
  CHECK(answered({"--version"}).text == "gatewayctl " + std::string(gw::cli::version()) + "\n");
}
