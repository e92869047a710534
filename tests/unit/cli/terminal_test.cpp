#include "cli/terminal.h"

#include <string>

#include <doctest/doctest.h>

TEST_CASE("colour follows the wish first, then the environment and the terminal") {
  struct Row {
    std::string why;
    const char* when;
    gw::cli::TerminalFacts facts;
    bool color;
  };
  using Facts = gw::cli::TerminalFacts;
  for (const Row& row : {
           Row{"a terminal", "auto", Facts{.is_terminal = true}, true},
           Row{"a pipe", "auto", Facts{}, false},
           Row{"NO_COLOR", "auto", Facts{.is_terminal = true, .no_color = true}, false},
           Row{"TERM=dumb", "auto", Facts{.is_terminal = true, .dumb = true}, false},
           Row{"asked for in a pipe", "always", Facts{.no_color = true}, true},
           Row{"refused on a terminal", "never", Facts{.is_terminal = true}, false},
       }) {
    CAPTURE(row.why);
    CHECK(gw::cli::use_color(row.when, row.facts) == row.color);
  }
}
