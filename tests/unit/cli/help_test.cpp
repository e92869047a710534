#include "cli/help.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "base/text.h"

using gw::cli::commands;
using gw::cli::CommandSpec;

TEST_CASE("every command has a summary of one line, a description and an example of itself") {
  for (const CommandSpec& command : commands()) {
    CAPTURE(command.name);
    CHECK_FALSE(command.summary.empty());
    CHECK(command.summary.size() <= 72);
    CHECK_FALSE(command.summary.ends_with('.'));
    CHECK(command.description.ends_with('.'));
    REQUIRE_FALSE(command.examples.empty());
    for (const auto& example : command.examples) {
      CAPTURE(example.command);
      CHECK(example.command.find("gatewayctl") != std::string_view::npos);
      CHECK(example.command.find(command.name) != std::string_view::npos);
    }
  }
}

TEST_CASE("every declared option and argument stands in the help of its command") {
  for (const CommandSpec& command : commands()) {
    CAPTURE(command.name);
    const std::string text = gw::cli::help(command);
    for (const auto& option : gw::cli::all_options(command)) {
      CHECK(text.find("  " + gw::cli::label(option)) != std::string::npos);
    }
    for (const auto& argument : command.arguments) {
      CHECK(text.find("  " + gw::cli::label(argument)) != std::string::npos);
    }
    for (const auto& example : command.examples) {
      CHECK(text.find(std::string(example.command)) != std::string::npos);
    }
  }
}

TEST_CASE("no command declares an option name twice") {
  for (const CommandSpec& command : commands()) {
    CAPTURE(command.name);
    std::set<std::string_view> seen;
    for (const auto& option : gw::cli::all_options(command)) {
      CHECK(option.long_name.starts_with("--"));
      CHECK(seen.insert(option.long_name).second);
      if (!option.short_name.empty()) CHECK(seen.insert(option.short_name).second);
    }
  }
}

TEST_CASE("help fits a terminal of 80 columns but for a name that cannot be broken") {
  for (const CommandSpec& command : commands()) {
    for (const std::string_view line : gw::split(gw::cli::help(command), '\n')) {
      CAPTURE(line);
      CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("wrapped text keeps every word and the margin") {
  CHECK(gw::cli::wrap("one two three", 2, 9) == "  one two\n  three\n");
  CHECK(gw::cli::wrap("unbreakable x", 0, 4) == "unbreakable\nx\n");
}
