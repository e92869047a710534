// From argv to values. The only file behind this that knows CLI11 is parse.cpp.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/spec.h"

namespace gw::cli {

// A command line that agrees with its command's declaration.
class Invocation {
 public:
  Invocation(const CommandSpec& command, std::map<std::string, std::vector<std::string>> values)
      : command_(&command), values_(std::move(values)) {}

  [[nodiscard]] const CommandSpec& command() const { return *command_; }
  // Options by their long name ("--format"), arguments by their placeholder ("PATH").
  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  [[nodiscard]] std::string value(const std::string& name, std::string_view fallback = {}) const;
  [[nodiscard]] const std::vector<std::string>& values(const std::string& name) const;

 private:
  const CommandSpec* command_;
  std::map<std::string, std::vector<std::string>> values_;
};

// Text to print and be done: help or the version (status ok), or what is wrong (status usage).
struct Answer {
  Exit status = Exit::ok;
  std::string text;
};

// `words` are those after the program's name.
[[nodiscard]] std::variant<Invocation, Answer> parse(std::span<const std::string> words);

// What a command found wrong with its command line, in the words of parse()'s own errors.
[[nodiscard]] std::string usage_error(const CommandSpec& command, std::string_view message);

}  // namespace gw::cli
