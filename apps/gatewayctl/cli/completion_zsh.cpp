#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/spec.h"

namespace gw::cli {
namespace {

// Inside '...' and inside an explanation of _arguments, where [ ] and : end something.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
      out.append("\\").push_back(c);
    } else {
      out += c;
    }
  }
  return out;
}

std::string function_name(const CommandSpec& command) {
  std::string out = "_gatewayctl";
  if (!command.name.empty()) out.append("_").append(command.name);
  std::ranges::replace(out, ' ', '_');
  return out;
}

std::string action(std::span<const std::string_view> choices, Completes completes) {
  if (!choices.empty()) return fmt::format("({})", fmt::join(choices, " "));
  return completes == Completes::files ? "_files" : " ";
}

std::string spec_of(const OptionSpec& option) {
  const std::string value = option.placeholder.empty()
                                ? ""
                                : fmt::format(":{}:{}", quoted(option.placeholder),
                                              action(option.choices, option.completes));
  const std::string_view many = option.repeatable ? "*" : "";
  const std::string_view equals = option.placeholder.empty() ? "" : "=";
  std::string out;
  if (!option.short_name.empty()) {
    out +=
        fmt::format("    '{}{}[{}]{}' \\\n", many, option.short_name, quoted(option.help), value);
  }
  return out + fmt::format("    '{}{}{}[{}]{}' \\\n", many, option.long_name, equals,
                           quoted(option.help), value);
}

std::string spec_of(const ArgumentSpec& argument) {
  const std::string_view many = argument.repeatable ? "*" : (argument.required ? "" : ":");
  return fmt::format("    '{}:{}:{}' \\\n", many, quoted(argument.placeholder),
                     action(argument.choices, argument.completes));
}

std::string leaf_function(const CommandSpec& command) {
  std::string out = fmt::format("{}() {{\n  _arguments -s \\\n", function_name(command));
  for (const OptionSpec& option : all_options(command)) out += spec_of(option);
  for (const ArgumentSpec& argument : command.arguments) out += spec_of(argument);
  out.erase(out.size() - 3);  // the last " \\\n"
  return out + "\n}\n";
}

// A group hands the words after the name of a member to that member's function.
std::string group_function(const CommandSpec& group) {
  std::string out = fmt::format("{}() {{\n  local -a members=(\n", function_name(group));
  for (const CommandSpec* child : children(group)) {
    out += fmt::format("    '{}:{}'\n", last_word(*child), quoted(child->summary));
  }
  out += "  )\n  if (( CURRENT == 2 )) && [[ ${words[2]} != -* ]]; then\n";
  out += "    _describe command members\n    return\n  fi\n  case ${words[2]} in\n";
  for (const CommandSpec* child : children(group)) {
    out += fmt::format("    {}) shift words; (( CURRENT-- )); {} ;;\n", last_word(*child),
                       function_name(*child));
  }
  out += "    *) _arguments -s \\\n";
  for (const OptionSpec& option : all_options(group)) out += spec_of(option);
  out.erase(out.size() - 3);
  return out + " ;;\n  esac\n}\n";
}

}  // namespace

std::string zsh_completion() {
  std::string out =
      "#compdef gatewayctl\n# zsh completion for gatewayctl; printed by `gatewayctl completion "
      "zsh`\n";
  for (const CommandSpec& command : commands()) {
    out += command.group ? group_function(command) : leaf_function(command);
  }
  // Read from the function path it is the function's body; sourced, it registers itself.
  return out +
         "if [[ $funcstack[1] == _gatewayctl ]]; then\n  _gatewayctl \"$@\"\nelse\n  compdef "
         "_gatewayctl gatewayctl\nfi\n";
}

}  // namespace gw::cli
