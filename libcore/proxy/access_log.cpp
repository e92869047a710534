#include "proxy/access_log.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace gw::proxy {
namespace {

void tell(Log& log, const std::string& path, const LogTrouble& trouble) {
  log.write_limited(
      LogLevel::error, "access_log_trouble",
      {{"log", path}, {"dropped_lines", trouble.dropped_lines}, {"error", trouble.error}});
}

}  // namespace

Result<std::unique_ptr<AccessLog>> AccessLog::open(AccessLogOptions options, Log& log) {
  options.workers = std::max<std::size_t>(options.workers, 1);
  auto sink = LogSink::open(
      {.path = options.path,
       .lanes = options.workers,
       .on_trouble = [&log, path = options.path](const LogTrouble& t) { tell(log, path, t); }});
  if (!sink) return std::unexpected(sink.error());
  return std::unique_ptr<AccessLog>(new AccessLog(options, std::move(*sink)));
}

AccessLog::AccessLog(const AccessLogOptions& options, std::unique_ptr<LogSink> sink)
    : pens_(options.workers, Pen{.line = AccessLine(options.format, options.query), .text = {}}),
      sink_(std::move(sink)) {}

void AccessLog::write(std::size_t worker, const AccessEntry& entry) noexcept {
  Pen& pen = pens_[worker % pens_.size()];
  try {
    pen.text.clear();
    pen.line.write(entry, pen.text);
  } catch (const std::exception&) {
    return;  // out of memory: the line is lost, the worker is not
  }
  sink_->append(worker, pen.text);
}

}  // namespace gw::proxy
