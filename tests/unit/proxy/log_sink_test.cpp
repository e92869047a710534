#include "proxy/log_sink.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "log_fixture.h"

using gw::proxy::LogSink;
using gw::proxy::LogTrouble;
using gw::proxy::testing::eventually;
using gw::proxy::testing::TemporaryLog;

namespace {

// Collects what a sink complains of.
struct Complaints {
  std::mutex mutex;
  std::uint64_t dropped = 0;
  std::string errors;

  void take(const LogTrouble& trouble) {
    const std::lock_guard lock(mutex);
    dropped += trouble.dropped_lines;
    errors += trouble.error;
  }
};

}  // namespace

TEST_CASE("lines of a lane arrive in order, and all of them when the log is closed") {
  const TemporaryLog file;
  std::string wanted;
  {
    auto sink = LogSink::open({.path = file.path()});
    REQUIRE(sink.has_value());
    for (int i = 0; i < 5000; ++i) {
      const std::string line = std::to_string(i) + "\n";
      wanted += line;
      (*sink)->append(0, line);
    }
  }
  CHECK(file.text() == wanted);
}

TEST_CASE("a line is on its way without the log being closed") {
  const TemporaryLog file;
  auto sink = LogSink::open({.path = file.path()});
  REQUIRE(sink.has_value());
  (*sink)->append(0, "one\n");
  CHECK(eventually([&] { return file.text() == "one\n"; }));
  (*sink)->append(0, "two\n");
  CHECK(eventually([&] { return file.text() == "one\ntwo\n"; }));
}

TEST_CASE("threads with a lane each lose no line and tear none") {
  const TemporaryLog file;
  constexpr int kThreads = 4;
  constexpr int kLines = 5000;
  {
    auto sink = LogSink::open({.path = file.path(), .lanes = kThreads});
    REQUIRE(sink.has_value());
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kLines; ++i) {
          (*sink)->append(static_cast<std::size_t>(t), "line of " + std::to_string(t) + "\n");
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const std::string text = file.text();
  CHECK(std::ranges::count(text, '\n') == kThreads * kLines);
  CHECK(text.size() == std::string("line of 0\n").size() * kThreads * kLines);
}

TEST_CASE("after a rotation and a reopen lines go to the new file") {
  const TemporaryLog file;
  auto sink = LogSink::open({.path = file.path()});
  REQUIRE(sink.has_value());
  (*sink)->append(0, "old\n");
  REQUIRE(eventually([&] { return file.text() == "old\n"; }));
  REQUIRE(std::rename(file.path().c_str(), file.rotated().c_str()) == 0);
  (*sink)->reopen();
  REQUIRE(eventually([&] { return gw::exists(file.path()); }));
  (*sink)->append(0, "new\n");
  CHECK(eventually([&] { return file.text() == "new\n"; }));
  CHECK(gw::read_file(file.rotated()).value() == "old\n");
}

TEST_CASE("a path that cannot be opened is out of reach, and says which") {
  const auto sink = LogSink::open({.path = "/nonexistent/access.log"});
  REQUIRE_FALSE(sink.has_value());
  CHECK(sink.error().code == gw::ErrorCode::missing);
  CHECK(sink.error().message.starts_with("/nonexistent/access.log: "));
}

TEST_CASE("a reader that takes nothing blocks nobody: lines are dropped and counted") {
  const TemporaryLog file;
  ::unlink(file.path().c_str());
  REQUIRE(::mkfifo(file.path().c_str(), 0600) == 0);
  const int reader = ::open(file.path().c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  Complaints complaints;
  constexpr std::uint64_t kLines = 20'000;
  const std::string line(99, 'x');
  {
    auto sink = LogSink::open({.path = file.path(),
                               .lane_bytes = 64 << 10,
                               .on_trouble = [&](const LogTrouble& t) { complaints.take(t); }});
    REQUIRE(sink.has_value());
    for (std::uint64_t i = 0; i < kLines; ++i) (*sink)->append(0, line + "\n");
  }
  std::string came;
  std::array<char, 65536> buffer{};
  for (ssize_t n = 0; (n = ::read(reader, buffer.data(), buffer.size())) > 0;) {
    came.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(reader);
  const auto whole = static_cast<std::uint64_t>(std::ranges::count(came, '\n'));
  CHECK(whole > 0);
  // The line that the end has torn was lost too, and has been counted.
  CHECK(whole + complaints.dropped == kLines);
}

TEST_CASE("a log that cannot be written is told, and is whole again when it can") {
  if (::access("/dev/full", W_OK) != 0) return;
  Complaints complaints;
  auto sink = LogSink::open(
      {.path = "/dev/full", .on_trouble = [&](const LogTrouble& t) { complaints.take(t); }});
  REQUIRE(sink.has_value());
  (*sink)->append(0, "one\ntwo\n");
  CHECK(eventually([&] {
    const std::lock_guard lock(complaints.mutex);
    return complaints.dropped == 2 && complaints.errors.starts_with("/dev/full: cannot write");
  }));
}
