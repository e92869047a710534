// A command of the shell in a process group of its own, with nothing of ours: an environment that
// is given whole, no open file but standard output and error, and default signals.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/result.h"

namespace gw {

class Child {
 public:
  // /bin/sh -c `command`; `environment` are "NAME=value" texts.
  [[nodiscard]] static Result<Child> start(const std::string& command,
                                           const std::vector<std::string>& environment);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();  // kills what still runs

  // Its exit status, once it has ended: as a shell says it, 128 + N when signal N ended it.
  [[nodiscard]] std::optional<int> status();
  // It and what it has started.
  void kill();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  pid_t pid_;
};

}  // namespace gw
