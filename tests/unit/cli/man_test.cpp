#include "cli/man.h"

#include <string>

#include <doctest/doctest.h>

using gw::cli::CommandSpec;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '-' ? std::string("\\-") : std::string(1, c);
  return out;
}

}  // namespace

TEST_CASE("every command has a page of its own, found by its name") {
  for (const CommandSpec& command : gw::cli::commands()) {
    CAPTURE(command.name);
    const CommandSpec* found = gw::cli::find_page(gw::cli::page_name(command));
    CHECK(found == &command);
  }
  CHECK(gw::cli::find_page("gatewayctl-frobnicate") == nullptr);
}

TEST_CASE("a page names every option of its command") {
  for (const CommandSpec& command : gw::cli::commands()) {
    const std::string page = gw::cli::man_page(command);
    for (const auto& option : gw::cli::all_options(command)) {
      CAPTURE(option.long_name);
      CHECK(contains(page, "\\fB" + escaped(gw::cli::label(option)) + "\\fR\n"));
    }
  }
}

TEST_CASE("further sections stand in the page, and no text of theirs becomes a roff request") {
  const gw::cli::ManSection section{
      .title = "Diagnostics", .rows = {{.term = "GW1001", .text = ".so /etc/passwd \\n don't"}}};
  const std::string page = gw::cli::man_page(*gw::cli::find_command("validate"), {&section, 1});
  CHECK(contains(page, ".SH DIAGNOSTICS\n.TP\n\\fBGW1001\\fR\n"));
  CHECK(contains(page, "\n\\&.so /etc/passwd \\en don\\(aqt\n"));
}
