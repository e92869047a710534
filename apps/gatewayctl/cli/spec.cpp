#include "cli/spec.h"

#include <algorithm>

namespace gw::cli {
namespace {

// More than these are told by the help text, not by the label.
constexpr std::size_t kChoicesInLabel = 6;

std::string alternatives(std::span<const std::string_view> choices) {
  std::string out;
  for (const std::string_view choice : choices) {
    if (!out.empty()) out += '|';
    out += choice;
  }
  return out;
}

std::string_view parent_name(std::string_view name) {
  const auto space = name.rfind(' ');
  return space == std::string_view::npos ? std::string_view{} : name.substr(0, space);
}

}  // namespace

const CommandSpec* find_command(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &CommandSpec::name);
  return found == commands().end() ? nullptr : &*found;
}

std::vector<const CommandSpec*> children(const CommandSpec& parent) {
  std::vector<const CommandSpec*> out;
  for (const CommandSpec& command : commands()) {
    if (!command.name.empty() && parent_name(command.name) == parent.name) out.push_back(&command);
  }
  return out;
}

std::string_view last_word(const CommandSpec& command) {
  const auto space = command.name.rfind(' ');
  return space == std::string_view::npos ? command.name : command.name.substr(space + 1);
}

std::vector<OptionSpec> all_options(const CommandSpec& command) {
  std::vector<OptionSpec> out(command.options.begin(), command.options.end());
  out.insert(out.end(), common_options().begin(), common_options().end());
  return out;
}

std::string value_label(const OptionSpec& option) {
  if (option.placeholder.empty()) return {};
  const bool spell_out = !option.choices.empty() && option.choices.size() <= kChoicesInLabel;
  return spell_out ? alternatives(option.choices) : std::string(option.placeholder);
}

std::string label(const OptionSpec& option) {
  std::string out;
  if (!option.short_name.empty()) out.append(option.short_name).append(", ");
  out += option.long_name;
  if (const std::string value = value_label(option); !value.empty()) out.append(" ").append(value);
  return out;
}

std::string label(const ArgumentSpec& argument) {
  std::string out =
      argument.choices.empty() ? std::string(argument.placeholder) : alternatives(argument.choices);
  if (argument.repeatable) out += "...";
  return argument.required ? out : "[" + out + "]";
}

}  // namespace gw::cli
