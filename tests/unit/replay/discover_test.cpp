#include "replay/discover.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

using namespace gw::replay;

namespace {

// A folder of its own that goes with the test.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("gw_discover_test." + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ / "sub");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string add(const std::string& name) {
    std::ofstream(path_ / name) << "x";
    return (path_ / name).string();
  }
  [[nodiscard]] std::string str() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a folder stands for its scenarios, sorted; files and - stand as given") {
  Folder folder;
  const std::string b = folder.add("b.scenario.yml");
  const std::string a = folder.add("sub/a.scenario.yaml");
  const std::string other = folder.add("kong.yml");
  const auto found = find_scenarios({other, "-", folder.str()});
  REQUIRE(found.has_value());
  CHECK(*found == std::vector<std::string>{other, "-", b, a});
}

TEST_CASE("a path that is not there, or a folder without scenarios, is an error") {
  Folder folder;
  const auto none = find_scenarios({folder.str()});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == gw::ErrorCode::missing);
  CHECK(none.error().message == folder.str() + ": no *.scenario.yml in this folder or below it");
  const auto gone = find_scenarios({folder.str() + "/gone.yml"});
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().code == gw::ErrorCode::missing);
}
