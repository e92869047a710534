// Files and pipes for tests of logs.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <unistd.h>

#include "base/files.h"

namespace gw::proxy::testing {

// A path of its own, gone with the fixture.
class TemporaryLog {
 public:
  TemporaryLog() {
    char pattern[] = "/tmp/gateway-log-XXXXXX";
    const int descriptor = ::mkstemp(pattern);
    if (descriptor >= 0) ::close(descriptor);
    path_ = pattern;
  }
  TemporaryLog(const TemporaryLog&) = delete;
  TemporaryLog& operator=(const TemporaryLog&) = delete;
  ~TemporaryLog() {
    ::unlink(path_.c_str());
    ::unlink(rotated().c_str());
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string rotated() const { return path_ + ".1"; }
  [[nodiscard]] std::string text() const { return read_file(path_).value_or(""); }

 private:
  std::string path_;
};

// The writer is another thread: waits for up to five seconds.
template <class Condition>
bool eventually(Condition&& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

}  // namespace gw::proxy::testing
