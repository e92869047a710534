#include "cli/parse.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/help.h"

namespace gw::cli {
namespace {

using Values = std::map<std::string, std::vector<std::string>>;

std::string program(const CommandSpec& command) {
  return command.name.empty() ? "gatewayctl" : fmt::format("gatewayctl {}", command.name);
}

Answer wrong(const CommandSpec& command, std::string_view message) {
  return {Exit::usage, usage_error(command, message)};
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view near = nearest(word, known);
  return near.empty() ? "" : fmt::format("; did you mean {}?", near);
}

std::string listed(std::span<const std::string_view> choices) {
  return fmt::format("{}", fmt::join(choices, ", "));
}

// The command that the first words name, and how many of them name it.
std::pair<const CommandSpec*, std::size_t> named_command(std::span<const std::string> words) {
  const CommandSpec* command = find_command("");
  std::size_t used = 0;
  while (command->group && used < words.size()) {
    const auto below = children(*command);
    const auto found = std::ranges::find_if(
        below, [&](const CommandSpec* child) { return last_word(*child) == words[used]; });
    if (found == below.end()) break;
    command = *found;
    ++used;
  }
  return {command, used};
}

// The values of one command line, in places that CLI11 can write to.
struct Slots {
  std::deque<std::pair<std::string, std::vector<std::string>>> lists;
  std::deque<std::pair<std::string, std::int64_t>> switches;

  [[nodiscard]] Values values() const {
    Values out;
    for (const auto& [name, list] : lists) {
      if (!list.empty()) out.emplace(name, list);
    }
    for (const auto& [name, count] : switches) {
      if (count > 0) out.emplace(name, std::vector<std::string>{});
    }
    return out;
  }
};

void declare(CLI::App& app, const OptionSpec& option, Slots& slots) {
  std::string names(option.short_name);
  if (!names.empty()) names += ',';
  names += option.long_name;
  if (option.placeholder.empty()) {
    auto& slot = slots.switches.emplace_back(option.long_name, 0);
    app.add_flag(names, slot.second);
    return;
  }
  auto& slot = slots.lists.emplace_back(option.long_name, std::vector<std::string>{});
  app.add_option(names, slot.second)
      ->expected(1)
      ->allow_extra_args(false)  // or --format json PATH would take PATH too
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// Words that are no options stay in remaining(): how many are allowed is judged by take_arguments.
void declare_all(CLI::App& app, const CommandSpec& command, Slots& slots) {
  app.set_help_flag();
  app.allow_extras();
  for (const OptionSpec& option : all_options(command)) declare(app, option, slots);
}

std::string check_choice(std::string_view what, const std::string& value,
                         std::span<const std::string_view> choices) {
  if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return {};
  return fmt::format("{} is '{}'; it has to be one of {}{}", what, printable(value),
                     listed(choices), did_you_mean(value, choices));
}

std::string check_options(const CommandSpec& command, const Values& values) {
  for (const OptionSpec& option : all_options(command)) {
    const auto found = values.find(std::string(option.long_name));
    if (found == values.end() || option.placeholder.empty()) continue;
    if (!option.repeatable && found->second.size() > 1) {
      return fmt::format("{} is given {} times; give it once", option.long_name,
                         found->second.size());
    }
    for (const std::string& value : found->second) {
      std::string problem = check_choice(option.long_name, value, option.choices);
      if (!problem.empty()) return problem;
    }
  }
  return {};
}

std::string unknown_option(const CommandSpec& command, const std::string& word) {
  std::vector<std::string_view> known;
  for (const OptionSpec& option : all_options(command)) known.push_back(option.long_name);
  const std::string name = word.substr(0, word.find('='));
  return fmt::format("there is no option {}{}", printable(name), did_you_mean(name, known));
}

std::string unknown_command(const CommandSpec& group, const std::string& word) {
  std::vector<std::string_view> known;
  for (const CommandSpec* child : children(group)) known.push_back(last_word(*child));
  return fmt::format("there is no command '{}'{}", printable(word), did_you_mean(word, known));
}

// Deals the free words out to the declared arguments; what is left over is an error.
std::string take_arguments(const CommandSpec& command, std::vector<std::string> words,
                           Values& values) {
  std::size_t next = 0;
  for (const ArgumentSpec& argument : command.arguments) {
    auto& taken = values[std::string(argument.placeholder)];
    while (next < words.size() && (taken.empty() || argument.repeatable)) {
      std::string problem = check_choice(argument.placeholder, words[next], argument.choices);
      if (!problem.empty()) return problem;
      taken.push_back(std::move(words[next++]));
    }
    if (taken.empty()) values.erase(std::string(argument.placeholder));
    if (argument.required && !values.contains(std::string(argument.placeholder))) {
      return fmt::format("{} is missing: {}", argument.placeholder, argument.help);
    }
  }
  if (next == words.size()) return {};
  return fmt::format("'{}' is one argument too many", printable(words[next]));
}

// Splits the words by CLI11; its errors become text at this line.
std::string split(CLI::App& app, std::span<const std::string> words) {
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(std::move(reversed));
    return {};
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
}

// The first leftover of CLI11 that looks like an option, or nullptr.
const std::string* stray_option(const std::vector<std::string>& rest) {
  const auto found = std::ranges::find_if(
      rest, [](const std::string& word) { return word.size() > 1 && word.front() == '-'; });
  return found == rest.end() ? nullptr : &*found;
}

std::variant<Invocation, Answer> judge(const CommandSpec& command, Values values,
                                       std::vector<std::string> words,
                                       std::span<const std::string> literal) {
  if (values.contains("--help")) return Answer{Exit::ok, help(command)};
  if (values.contains("--version")) {
    return Answer{Exit::ok, fmt::format("gatewayctl {}\n", version())};
  }
  if (const std::string* option = stray_option(words)) {
    return wrong(command, unknown_option(command, *option));
  }
  words.insert(words.end(), literal.begin(), literal.end());
  if (auto problem = check_options(command, values); !problem.empty()) {
    return wrong(command, problem);
  }
  if (command.group) {
    if (words.empty()) return wrong(command, "a command is missing");
    return wrong(command, unknown_command(command, words.front()));
  }
  if (auto problem = take_arguments(command, std::move(words), values); !problem.empty()) {
    return wrong(command, problem);
  }
  return Invocation(command, std::move(values));
}

}  // namespace

std::string Invocation::value(const std::string& name, std::string_view fallback) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::string(fallback);
  return found->second.back();
}

const std::vector<std::string>& Invocation::values(const std::string& name) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second;
}

std::string usage_error(const CommandSpec& command, std::string_view message) {
  return fmt::format("{0}: {1}\nTry '{0} --help'.\n", program(command), message);
}

std::variant<Invocation, Answer> parse(std::span<const std::string> words) {
  const auto [command, used] = named_command(words);
  words = words.subspan(used);
  const auto dashes = std::ranges::find(words, "--");
  const auto before = static_cast<std::size_t>(dashes - words.begin());
  const auto literal = words.subspan(std::min(before + 1, words.size()));

  CLI::App app;
  Slots slots;
  declare_all(app, *command, slots);
  if (const std::string problem = split(app, words.first(before)); !problem.empty()) {
    return wrong(*command, problem);
  }
  return judge(*command, slots.values(), app.remaining(), literal);
}

}  // namespace gw::cli
