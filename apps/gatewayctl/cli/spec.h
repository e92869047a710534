// The command line as data: one declaration a command, read by the parser, the help, the manual
// pages and the three shells' completion. What is not declared here does not exist.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::cli {

// The exit statuses, everywhere the same.
enum class Exit : std::uint8_t {
  ok = 0,
  found = 1,        // it ran and found what it looks for
  usage = 2,        // the command line is wrong
  unreachable = 3,  // something it needs is missing or out of reach
};

enum class Completes : std::uint8_t { nothing, files };

struct OptionSpec {
  std::string_view short_name;   // "-c", or empty
  std::string_view long_name;    // "--config"
  std::string_view placeholder;  // "FILE"; empty: a switch
  std::string_view help;
  std::span<const std::string_view> choices = {};
  bool repeatable = false;
  Completes completes = Completes::nothing;
};

struct ArgumentSpec {
  std::string_view placeholder;  // "PATH"
  std::string_view help;
  bool required = false;
  bool repeatable = false;
  std::span<const std::string_view> choices = {};
  Completes completes = Completes::nothing;
};

struct Example {
  std::string_view command;
  std::string_view why;
};

struct CommandSpec {
  std::string_view name;     // "config schema"; empty: the program itself
  std::string_view summary;  // one line, no full stop
  std::string_view description;
  std::span<const ArgumentSpec> arguments = {};
  std::span<const OptionSpec> options = {};
  std::span<const Example> examples = {};
  bool group = false;  // only holds other commands
};

// The program first, then its commands; a group stands before its members.
[[nodiscard]] std::span<const CommandSpec> commands();
[[nodiscard]] const CommandSpec* find_command(std::string_view name);
// The commands one level below `parent`.
[[nodiscard]] std::vector<const CommandSpec*> children(const CommandSpec& parent);
// The last word of a command's name.
[[nodiscard]] std::string_view last_word(const CommandSpec& command);

// What every command takes, after its own options.
[[nodiscard]] std::span<const OptionSpec> common_options();
// Own and common ones, in the order in which help shows them.
[[nodiscard]] std::vector<OptionSpec> all_options(const CommandSpec& command);
// "-c, --config FILE" and "PATH..." with brackets where optional.
[[nodiscard]] std::string label(const OptionSpec& option);
[[nodiscard]] std::string label(const ArgumentSpec& argument);
// What follows the option's name: its few choices as a|b|c, or its placeholder; empty for a switch.
[[nodiscard]] std::string value_label(const OptionSpec& option);

[[nodiscard]] std::string_view version();

}  // namespace gw::cli
