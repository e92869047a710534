// The file that tells others that everything listens, and where: one line of JSON with a "pid".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gw::app {

// Stands while this object does. What an earlier run has left is removed at once, so that nobody
// takes it for ours; that of a run that goes on stays until ours is written, and a file that no run
// has written is never touched.
class ReadyFile {
 public:
  // `path` empty: no file. `mark`: how such a file begins.
  ReadyFile(std::string path, std::string_view mark);
  ~ReadyFile();
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

  // Errors: there is another file, or it cannot be written.
  [[nodiscard]] Result<void> write(const std::string& json);

 private:
  std::string path_;
  std::string_view mark_;
  bool is_written_ = false;
};

}  // namespace gw::app
