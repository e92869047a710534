#include "consul/folder.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "base/files.h"
#include "world.h"

namespace gw::consul {
namespace {

namespace fs = std::filesystem;

struct Scratch {
  Scratch() {
    std::string name = (fs::temp_directory_path() / "gw_folder_test.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Scratch() { fs::remove_all(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string at(const std::string& name) const { return path + "/" + name; }
  [[nodiscard]] std::string text(const std::string& name) const {
    return read_file(at(name)).value_or("nothing");
  }
  [[nodiscard]] unsigned mode(const std::string& name) const {
    struct stat status{};
    REQUIRE(::stat(at(name).c_str(), &status) == 0);
    return status.st_mode & 07777U;
  }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
  std::string path;
};

struct World {
  testing::Minted root = testing::mint_root();
  Roots roots = testing::roots_of(root);
  Leaf leaf = testing::leaf_of(testing::mint_leaf(root));
  Leaf next = testing::leaf_of(testing::mint_leaf(root));
};

TEST_CASE("three files are written, the key for its owner only, in folders that are made") {
  const Scratch scratch;
  const World world;
  const std::string folder = scratch.at("a/b");
  const auto written = write_folder(folder, world.roots, world.leaf);
  REQUIRE(written);
  CHECK(*written == Written::changed);
  CHECK(scratch.text("a/b/ca.crt") == world.root.pem);
  CHECK(scratch.text("a/b/cert.pem") == world.leaf.certificate);
  CHECK(scratch.text("a/b/cert.key") == world.leaf.key.reveal());
  CHECK(scratch.mode("a/b/cert.key") == 0600);
}

TEST_CASE("what is right already stays untouched, and one part that changed is all that changes") {
  const Scratch scratch;
  World world;
  REQUIRE(write_folder(scratch.path, world.roots, world.leaf));
  const auto pair = fs::read_symlink(scratch.at("..pair"));
  CHECK(*write_folder(scratch.path, world.roots, world.leaf) == Written::unchanged);
  CHECK(fs::read_symlink(scratch.at("..pair")) == pair);
  world.roots.pems.push_back(testing::mint_root("two").pem);
  CHECK(*write_folder(scratch.path, world.roots, world.leaf) == Written::changed);
  CHECK(fs::read_symlink(scratch.at("..pair")) == pair);
  CHECK(*write_folder(scratch.path, world.roots, world.next) == Written::changed);
  CHECK(fs::read_symlink(scratch.at("..pair")) != pair);
  CHECK(scratch.text("cert.key") == world.next.key.reveal());
  CHECK(scratch.entries() == 5);  // ca.crt, cert.pem, cert.key, ..pair, and one pair
}

TEST_CASE("plain files that another tool has left are taken over") {
  const Scratch scratch;
  const World world;
  REQUIRE(write_file(scratch.at("cert.pem"), world.leaf.certificate));
  REQUIRE(write_file(scratch.at("cert.key"), world.leaf.key.reveal()));
  REQUIRE(write_folder(scratch.path, world.roots, world.next));
  CHECK(fs::is_symlink(scratch.at("cert.pem")));
  CHECK(scratch.text("cert.pem") == world.next.certificate);
  CHECK(scratch.mode("cert.key") == 0600);
  CHECK(scratch.entries() == 5);
}

TEST_CASE("a key that others can read is replaced even if it is the right one") {
  const Scratch scratch;
  const World world;
  REQUIRE(write_file(scratch.at("cert.pem"), world.leaf.certificate));
  REQUIRE(write_file(scratch.at("cert.key"), world.leaf.key.reveal()));
  CHECK(*write_folder(scratch.path, world.roots, world.leaf) == Written::changed);
  CHECK(scratch.mode("cert.key") == 0600);
}

TEST_CASE("what a run that was killed has left goes with the next change") {
  const Scratch scratch;
  const World world;
  fs::create_directory(scratch.at("..pair.0123456789abcdef"));
  REQUIRE(write_file(scratch.at("..pair.0123456789abcdef/cert.key"), "half"));
  REQUIRE(write_folder(scratch.path, world.roots, world.leaf));
  CHECK(scratch.entries() == 5);
}

TEST_CASE("a place that cannot be written is told with its path, and nothing is there afterwards") {
  const Scratch scratch;
  const World world;
  REQUIRE(write_file(scratch.at("file"), "not a folder"));
  const auto written = write_folder(scratch.at("file/certs"), world.roots, world.leaf);
  REQUIRE_FALSE(written);
  CHECK(written.error().message.find("file/certs") != std::string::npos);
  CHECK(scratch.entries() == 1);
}

}  // namespace
}  // namespace gw::consul
