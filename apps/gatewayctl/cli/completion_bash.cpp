#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/spec.h"

namespace gw::cli {
namespace {

// What stands before the tables: which command the words so far name, and the word before this one.
// Bash breaks words at '=', so --format=js arrives as three of them.
constexpr std::string_view kHead =
    R"sh(# bash completion for gatewayctl; printed by `gatewayctl completion bash`
_gatewayctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command="" i
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
)sh";
constexpr std::string_view kFiles =
    "compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- \"$cur\"";
constexpr std::string_view kTail = R"sh(}
_gatewayctl_reply() {
  local found
  found=$(compgen "$@")
  COMPREPLY=()
  [[ -z $found ]] || mapfile -t COMPREPLY <<<"$found"
}
complete -F _gatewayctl gatewayctl
)sh";

std::string words(const std::string& list) {
  return fmt::format("_gatewayctl_reply -W '{}' -- \"$cur\"", list);
}

// "validate", "config schema": as the variable `command` has it, with a space before each word.
std::string key(const CommandSpec& command) {
  return command.name.empty() ? "" : fmt::format(" {}", command.name);
}

std::string command_cases() {
  std::string out;
  for (const CommandSpec& command : commands()) {
    if (command.name.empty()) continue;
    out += fmt::format("      \"{0}\") command=\"{0}\" ;;\n", key(command));
  }
  return out;
}

std::string value_case(const CommandSpec& command, const OptionSpec& option) {
  if (option.placeholder.empty()) return {};
  std::string pattern = fmt::format("\"{}/{}\"", key(command), option.long_name);
  if (!option.short_name.empty()) {
    pattern += fmt::format(" | \"{}/{}\"", key(command), option.short_name);
  }
  std::string action = ":";
  if (!option.choices.empty()) action = words(fmt::format("{}", fmt::join(option.choices, " ")));
  if (option.completes == Completes::files) action = kFiles;
  return fmt::format("    {})\n      {}\n      return\n      ;;\n", pattern, action);
}

std::string option_words(const CommandSpec& command) {
  std::string out;
  for (const OptionSpec& option : all_options(command)) {
    if (!option.short_name.empty()) out.append(option.short_name).append(" ");
    out.append(option.long_name).append(" ");
  }
  out.pop_back();
  return out;
}

std::string argument_action(const CommandSpec& command) {
  std::string names;
  for (const CommandSpec* child : children(command)) names.append(last_word(*child)).append(" ");
  for (const ArgumentSpec& argument : command.arguments) {
    if (argument.completes == Completes::files) return std::string(kFiles);
    for (const std::string_view choice : argument.choices) names.append(choice).append(" ");
  }
  if (names.empty()) return ":";
  names.pop_back();
  return words(names);
}

}  // namespace

std::string bash_completion() {
  std::string out(kHead);
  out += command_cases();
  out += "    esac\n  done\n  case \"$command/$prev\" in\n";
  for (const CommandSpec& command : commands()) {
    for (const OptionSpec& option : all_options(command)) out += value_case(command, option);
  }
  out += "  esac\n  case \"$command/$cur\" in\n";
  for (const CommandSpec& command : commands()) {
    out += fmt::format("    \"{}/-\"*) {} ;;\n", key(command), words(option_words(command)));
    out += fmt::format("    \"{}/\"*) {} ;;\n", key(command), argument_action(command));
  }
  out += "  esac\n";
  return out.append(kTail);
}

}  // namespace gw::cli
