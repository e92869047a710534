// The memory that handling one request takes, lent from request to request.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/scratch.h"
#include "http/head_parser.h"
#include "limit/charge.h"

namespace gw::proxy {

struct Workspace {
  explicit Workspace(const http::HeadLimits& limits) : request(limits), response(limits) {}

  http::RequestParser request;
  http::ResponseParser response;
  gateway::Scratch scratch;
  std::string head;      // the request's, once its body has to be read off the connection
  std::string body;      // the request's, as far as a plugin asked for it
  std::string out;       // heads on their way out
  std::string upstream;  // the address of the last try, for the log
  std::vector<limit::Reading> readings;
};

// Not thread-safe: one a worker. Outlives its leases.
class WorkspacePool {
 public:
  explicit WorkspacePool(const http::HeadLimits& limits) : limits_(limits) {}

  struct GiveBack {
    WorkspacePool* pool = nullptr;
    void operator()(Workspace* workspace) const { pool->give_back(workspace); }
  };
  using Lease = std::unique_ptr<Workspace, GiveBack>;

  [[nodiscard]] Lease lend() {
    if (free_.empty()) return Lease(new Workspace(limits_), GiveBack{this});
    Workspace* workspace = free_.back().release();
    free_.pop_back();
    return Lease(workspace, GiveBack{this});
  }

 private:
  void give_back(Workspace* workspace) {
    std::unique_ptr<Workspace> owned(workspace);
    if (owned->body.capacity() > kLargestKept) owned->body = {};
    if (free_.size() < kKept) free_.push_back(std::move(owned));
  }
  static constexpr std::size_t kKept = 64;
  static constexpr std::size_t kLargestKept = std::size_t{64} * 1024;

  http::HeadLimits limits_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

}  // namespace gw::proxy
