#include "cli/help.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::cli {
namespace {

constexpr std::size_t kWidth = 80;   // of a plain terminal
constexpr std::size_t kColumn = 24;  // where explanations begin

constexpr std::array kExitRows{
    ExitRow{Exit::ok, "all is well"},
    ExitRow{Exit::found, "it ran and found what it looks for: an invalid config, a failed check"},
    ExitRow{Exit::usage, "the command line is wrong"},
    ExitRow{Exit::unreachable, "something it needs is missing or out of reach"},
};

// A name and its explanation in two columns; a long name has a line of its own.
std::string row(std::string_view name, std::string_view explanation) {
  const std::string text = wrap(explanation, kColumn, kWidth);
  if (name.size() + 4 > kColumn) return fmt::format("  {}\n{}", name, text);
  return fmt::format("  {:<{}}{}", name, kColumn - 2, std::string_view(text).substr(kColumn));
}

std::string section(std::string_view title, const std::string& body) {
  return body.empty() ? "" : fmt::format("\n{}:\n{}", title, body);
}

std::string command_rows(const CommandSpec& group) {
  std::string out;
  for (const CommandSpec* child : children(group)) out += row(last_word(*child), child->summary);
  return out;
}

std::string argument_rows(const CommandSpec& command) {
  std::string out;
  for (const ArgumentSpec& argument : command.arguments) {
    out += row(label(argument), argument.help);
  }
  return out;
}

std::string option_rows(const CommandSpec& command) {
  std::string out;
  for (const OptionSpec& option : all_options(command)) {
    const std::string text =
        option.repeatable ? fmt::format("{} (repeatable)", option.help) : std::string(option.help);
    out += row(label(option), text);
  }
  return out;
}

std::string example_rows(const CommandSpec& command) {
  std::string out;
  for (const Example& example : command.examples) {
    out += fmt::format("  {}\n{}", example.command, wrap(example.why, 6, kWidth));
  }
  return out;
}

std::string status_rows() {
  std::string out;
  for (const ExitRow& exit : kExitRows) {
    out += fmt::format("  {}  {}\n", static_cast<int>(exit.status), exit.meaning);
  }
  return out;
}

}  // namespace

std::span<const ExitRow> exit_rows() {
  return kExitRows;
}

std::string wrap(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string out;
  std::string line = margin;
  for (const std::string_view word : gw::split(text, ' ')) {
    const bool first = line.size() == indent;
    if (!first && line.size() + 1 + word.size() > width) {
      out.append(line).append("\n");
      line = margin;
    } else if (!first) {
      line += ' ';
    }
    line += word;
  }
  return out.append(line).append("\n");
}

std::string synopsis(const CommandSpec& command) {
  std::string out = "gatewayctl";
  if (!command.name.empty()) out.append(" ").append(command.name);
  if (command.group) return out + " COMMAND [OPTION]...";
  out += " [OPTION]...";
  for (const ArgumentSpec& argument : command.arguments) out.append(" ").append(label(argument));
  return out;
}

std::string help(const CommandSpec& command) {
  std::string out = fmt::format("Usage: {}\n\n", synopsis(command));
  out += wrap(command.description, 0, kWidth);
  out += section("Commands", command_rows(command));
  out += section("Arguments", argument_rows(command));
  out += section("Options", option_rows(command));
  out += section("Examples", example_rows(command));
  out += section("Exit status", status_rows());
  return out;
}

}  // namespace gw::cli
