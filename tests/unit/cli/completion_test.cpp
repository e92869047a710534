#include "cli/completion.h"

#include <string>

#include <doctest/doctest.h>

#include "cli/spec.h"

TEST_CASE("each shell's script knows every command, option and value") {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = gw::cli::completion(shell);
    for (const auto& command : gw::cli::commands()) {
      CAPTURE(shell);
      CAPTURE(command.name);
      CHECK(script.find(gw::cli::last_word(command)) != std::string::npos);
      for (const auto& option : gw::cli::all_options(command)) {
        CAPTURE(option.long_name);
        CHECK(script.find(option.long_name.substr(2)) != std::string::npos);
        for (const auto choice : option.choices) CHECK(script.find(choice) != std::string::npos);
      }
    }
  }
}

TEST_CASE("a shell that nobody wrote for has no script") {
  CHECK(gw::cli::completion("csh").empty());
}
