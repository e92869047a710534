// The access log: one line a request, written without a worker ever waiting for it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/settings_server.h"
#include "proxy/access_log_line.h"
#include "proxy/log.h"
#include "proxy/log_sink.h"

namespace gw::proxy {

struct AccessLogOptions {
  std::string path{};  // "-" is standard output
  gateway::AccessLogFormat format = gateway::AccessLogFormat::combined;
  std::vector<std::string> query{};  // parameters that may be logged
  std::size_t workers = 1;
};

class AccessLog {
 public:
  // Dropped lines and failed writes are told to `log`, which outlives this one.
  [[nodiscard]] static Result<std::unique_ptr<AccessLog>> open(AccessLogOptions options, Log& log);

  // From the thread of `worker` (0 to workers - 1) alone.
  void write(std::size_t worker, const AccessEntry& entry) noexcept;
  // From any thread.
  void reopen() { sink_->reopen(); }

 private:
  struct alignas(64) Pen {
    AccessLine line;
    std::string text;
  };

  AccessLog(const AccessLogOptions& options, std::unique_ptr<LogSink> sink);

  std::vector<Pen> pens_;
  std::unique_ptr<LogSink> sink_;
};

}  // namespace gw::proxy
