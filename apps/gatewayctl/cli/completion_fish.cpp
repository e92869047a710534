#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/spec.h"

namespace gw::cli {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return fmt::format("'{}'", out);
}

std::string child_names(const CommandSpec& command) {
  std::string out;
  for (const CommandSpec* child : children(command)) out.append(" ").append(last_word(*child));
  return out;
}

// When `command` is the one that the words so far name: all its words are there, none of a member.
std::string condition(const CommandSpec& command) {
  std::string out;
  std::string_view rest = command.name;
  while (!rest.empty()) {
    const auto space = rest.find(' ');
    if (!out.empty()) out += "; and ";
    out += fmt::format("__fish_seen_subcommand_from {}", rest.substr(0, space));
    rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
  }
  const std::string below = child_names(command);
  if (below.empty()) return quoted(out);
  if (!out.empty()) out += "; and ";
  return quoted(fmt::format("{}not __fish_seen_subcommand_from{}", out, below));
}

std::string line(const CommandSpec& command, std::string_view rest) {
  return fmt::format("complete -c gatewayctl -n {} {}\n", condition(command), rest);
}

std::string option_line(const CommandSpec& command, const OptionSpec& option) {
  std::string rest;
  if (!option.short_name.empty()) rest += fmt::format("-s {} ", option.short_name.substr(1));
  rest += fmt::format("-l {} ", option.long_name.substr(2));
  if (option.completes == Completes::files) {
    rest += "-r -F ";
  } else if (!option.choices.empty()) {
    rest += fmt::format("-x -a '{}' ", fmt::join(option.choices, " "));
  } else if (!option.placeholder.empty()) {
    rest += "-x ";
  }
  return line(command, rest + fmt::format("-d {}", quoted(option.help)));
}

std::string argument_line(const CommandSpec& command, const ArgumentSpec& argument) {
  if (argument.completes == Completes::files) return line(command, "-F");
  if (argument.choices.empty()) return {};
  return line(command, fmt::format("-a '{}' -d {}", fmt::join(argument.choices, " "),
                                   quoted(argument.help)));
}

}  // namespace

std::string fish_completion() {
  std::string out =
      "# fish completion for gatewayctl; printed by `gatewayctl completion fish`\n"
      "complete -c gatewayctl -f\n";
  for (const CommandSpec& command : commands()) {
    for (const CommandSpec* child : children(command)) {
      out += line(command, fmt::format("-a {} -d {}", last_word(*child), quoted(child->summary)));
    }
    for (const OptionSpec& option : all_options(command)) out += option_line(command, option);
    for (const ArgumentSpec& argument : command.arguments) {
      out += argument_line(command, argument);
    }
  }
  return out;
}

}  // namespace gw::cli
