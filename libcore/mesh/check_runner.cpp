#include "mesh/check_runner.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include "mesh/check_probe.h"

namespace gw::mesh {
namespace {

using std::chrono::milliseconds;

// Consul's least ones.
constexpr milliseconds kLeastInterval = std::chrono::seconds(1);
constexpr milliseconds kLeastPatience = std::chrono::minutes(1);

}  // namespace

// What a probe under way still needs when its runner has gone.
struct CheckRunner::Shared {
  net::Loop& loop;
  Handlers handlers;
  net::BufferPool buffers;
};

struct CheckRunner::Job : std::enable_shared_from_this<CheckRunner::Job> {
  explicit Job(std::shared_ptr<Shared> with) : shared(std::move(with)) {}
  ~Job() {
    cancel(timer);
    cancel(reaper);
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  void cancel(std::optional<Timers::Id>& which) {
    if (which) shared->loop.cancel(*which);
    which.reset();
  }
  // A plain pointer: a job's timers end with it.
  void after(milliseconds pause, std::optional<Timers::Id>& which, void (Job::*action)()) {
    cancel(which);
    which = shared->loop.at(shared->loop.now().steady + pause, [this, &which, action] {
      which.reset();
      const auto self = shared_from_this();  // the action may end the job
      (this->*action)();
    });
  }

  void begin() {
    if (kind == CheckKind::ttl) {
      after(plan.ttl, timer, &Job::expire);
    } else if (kind == CheckKind::tcp || kind == CheckKind::http) {
      after(milliseconds(0), timer, &Job::look);
    }
  }

  void expire() {
    expiring = true;
    const std::string said =
        output.empty()
            ? "TTL expired"
            : fmt::format("TTL expired (last output before timeout follows): {}", output);
    shared->handlers.report(id, Health::critical, said);
    expiring = false;
  }

  void look() {
    boost::asio::co_spawn(shared->loop.executor(), look_at(shared, weak_from_this(), kind, plan),
                          boost::asio::detached);
  }
  static net::Task<void> look_at(std::shared_ptr<Shared> shared, std::weak_ptr<Job> weak,
                                 CheckKind kind, CheckPlan plan) {
    const Found found = co_await probe(shared->loop, shared->buffers, kind, std::move(plan));
    if (const auto job = weak.lock()) job->take(found);
  }
  void take(const Found& found) {
    after(std::max(plan.interval, kLeastInterval), timer, &Job::look);
    const bool passes = found.status != Health::critical;
    good = passes ? good + 1 : 0;
    bad = passes ? 0 : bad + 1;
    const bool settled = passes ? good >= plan.successes_to_pass : bad >= plan.failures_to_fail;
    if (settled) shared->handlers.report(id, found.status, found.output);
  }

  void reap() { shared->handlers.reap(service_id); }
  void watch(Health status) {
    if (status != Health::critical) {
      cancel(reaper);
    } else if (!reaper && !service_id.empty() && plan.deregister_after > milliseconds(0)) {
      after(std::max(plan.deregister_after, kLeastPatience), reaper, &Job::reap);
    }
  }

  std::shared_ptr<Shared> shared;
  std::string id;
  std::string service_id;
  CheckKind kind = CheckKind::none;
  CheckPlan plan;
  std::string output;  // the latest that a TTL check was told
  std::optional<Timers::Id> timer;
  std::optional<Timers::Id> reaper;
  int good = 0;
  int bad = 0;
  bool expiring = false;
};

CheckRunner::CheckRunner(net::Loop& loop, Handlers handlers)
    : shared_(std::make_shared<Shared>(loop, std::move(handlers))) {}

CheckRunner::~CheckRunner() = default;

void CheckRunner::start(const Check& check) {
  const auto job = std::make_shared<Job>(shared_);
  job->id = check.id;
  job->service_id = check.service_id;
  job->kind = check.kind;
  job->plan = check.plan;
  jobs_.insert_or_assign(check.id, job);
  job->begin();
  job->watch(check.status);
}

void CheckRunner::stop(std::string_view check_id) {
  const auto found = jobs_.find(check_id);
  if (found != jobs_.end()) jobs_.erase(found);
}

void CheckRunner::heard(const Check& check) {
  const auto found = jobs_.find(check.id);
  if (found == jobs_.end()) return;
  Job& job = *found->second;
  job.watch(check.status);
  if (job.kind != CheckKind::ttl || job.expiring) return;
  job.output = check.output;
  job.after(job.plan.ttl, job.timer, &Job::expire);
}

}  // namespace gw::mesh
