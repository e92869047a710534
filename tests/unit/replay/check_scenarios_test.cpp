#include "replay/check_scenarios.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

using namespace gw::replay;
using Texts = std::vector<std::string>;

namespace {

// Files of one check, in a folder of their own that goes with the test.
class Files {
 public:
  Files()
      : path_(std::filesystem::temp_directory_path() /
              ("gw_check_scenarios_test." + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  void add(const std::string& name, std::string_view text) { std::ofstream(path_ / name) << text; }

  // "name:line" of every error.
  [[nodiscard]] Texts check(const std::string& name) const {
    gw::config::Sources sources;
    gw::config::Diagnostics diagnostics;
    const auto checked = check_scenarios((path_ / name).string(), {}, sources, diagnostics);
    if (!checked) return {"unreadable"};
    Texts out;
    diagnostics.sort();
    for (const auto& d : diagnostics.all()) {
      if (d.severity != gw::config::Severity::error) continue;
      const auto file = std::filesystem::path(sources.name(d.where.file)).filename().string();
      out.push_back(file + ":" + std::to_string(d.where.line));
    }
    return out;
  }

 private:
  std::filesystem::path path_;
};

constexpr std::string_view kGood = "_format_version: '3.0'\nservices:\n- {name: web, host: web}\n";
constexpr std::string_view kBad = "_format_version: '3.0'\nservices:\n- {name: web, hots: web}\n";

}  // namespace

TEST_CASE("a scenario is checked together with the configs that it names") {
  Files files;
  files.add("good.yml", kGood);
  files.add("bad.yml", kBad);
  files.add("a.scenario.yml", "scenario: t\nconfig: good.yml\nsteps: [send: GET /]\n");
  files.add("b.scenario.yml", "scenario: t\nconfig: bad.yml\nsteps: [send: GET /]\n");
  files.add("c.scenario.yml", "scenario: t\nconfig: gone.yml\nsteps: [send: GET /]\n");
  files.add("d.scenario.yml", "scenario: t\nconfig: good.yml\nsteps: [sned: GET /]\n");
  CHECK(files.check("a.scenario.yml") == Texts{});
  const auto bad = files.check("b.scenario.yml");
  REQUIRE_FALSE(bad.empty());
  CHECK(bad.front() == "bad.yml:3");
  CHECK(files.check("c.scenario.yml") == Texts{"unreadable"});
  CHECK(files.check("d.scenario.yml") == Texts{"d.scenario.yml:3", "d.scenario.yml:3"});
  CHECK(files.check("gone.scenario.yml") == Texts{"unreadable"});
}

TEST_CASE("a config that a step sets is checked, unless it is expected to be refused") {
  Files files;
  files.add("good.yml", kGood);
  files.add("bad.yml", kBad);
  const std::string start = "scenario: t\nconfig: good.yml\nsteps:\n- set: {config: bad.yml}\n";
  files.add("a.scenario.yml", start);
  files.add("b.scenario.yml", start + "  expect: {reload: refused}\n");
  const auto unexpected = files.check("a.scenario.yml");
  REQUIRE_FALSE(unexpected.empty());
  CHECK(unexpected.front() == "bad.yml:3");
  CHECK(files.check("b.scenario.yml") == Texts{});
}
