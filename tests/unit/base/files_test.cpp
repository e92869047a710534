#include "base/files.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <doctest/doctest.h>

namespace gw {
namespace {

// A folder of its own for one test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "gw-files-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

}  // namespace

TEST_CASE("a file is read whole, and not beyond its bound") {
  const Folder folder;
  const std::string file = folder.path + "/a.yml";
  REQUIRE(write_file(file, "hello").has_value());
  CHECK(read_file(file) == "hello");
  CHECK(read_file(file, 4).error().code == ErrorCode::too_large);
  CHECK(read_file(folder.path + "/none").error().code == ErrorCode::missing);
  CHECK(read_file(folder.path).error().code == ErrorCode::unreachable);
}

TEST_CASE("a bound holds for what has no size") {
  CHECK(read_file("/dev/zero", 1 << 20).error().code == ErrorCode::too_large);
}

TEST_CASE("a written file replaces the old one and leaves nothing beside it") {
  const Folder folder;
  const std::string file = folder.path + "/a";
  REQUIRE(write_file(file, "old").has_value());
  REQUIRE(write_file(file, "new").has_value());
  CHECK(read_file(file) == "new");
  CHECK(list_files(folder.path, {""})->size() == 1);
  CHECK_FALSE(write_file(folder.path + "/no/such/folder", "x").has_value());
}

TEST_CASE("a folder lists its files by name and does not follow links") {
  const Folder folder;
  std::filesystem::create_directory(folder.path + "/sub");
  std::filesystem::create_directory_symlink(folder.path, folder.path + "/loop");
  for (const auto* name : {"/b.yml", "/sub/a.yaml", "/c.txt"}) {
    std::ofstream(folder.path + name) << "x";
  }
  const auto files = list_files(folder.path, {".yml", ".yaml"});
  REQUIRE(files.has_value());
  CHECK(*files == std::vector<std::string>{folder.path + "/b.yml", folder.path + "/sub/a.yaml"});
}

TEST_CASE("paths resolve from a folder unless they are absolute") {
  CHECK(resolve("a/b", "../c") == "a/c");
  CHECK(resolve("a", "/c") == "/c");
  CHECK(parent_folder("kong.yml") == ".");
  CHECK(parent_folder("x/kong.yml") == "x");
}

}  // namespace gw
