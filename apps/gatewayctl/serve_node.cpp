#include "serve_node.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "net/ticket_keys.h"
#include "output.h"
#include "serve_findings.h"
#include "serve_notify.h"
#include "serve_restart.h"

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using proxy::LogLevel;

// A day is what a stolen key may open: one key for sealing, one before it for opening.
constexpr auto kTicketKeyAge = 12h;

bool is_loopback(const IpAddress& address) {
  static const IpNetwork v4 = IpNetwork::parse("127.0.0.0/8").value();
  static const IpNetwork v6 = IpNetwork::parse("::1").value();
  return v4.contains(address) || v6.contains(address);
}

// A second read of standard input would find an empty config.
bool reads_standard_input(const std::vector<std::string>& paths) {
  return std::ranges::find(paths, "-") != paths.end();
}

using OpenedLog = Result<std::unique_ptr<proxy::AccessLog>>;

// nullptr: none is wanted.
OpenedLog open_access_log(const std::string& path, const gateway::LogSettings& settings,
                          std::size_t workers, proxy::Log& log) {
  if (path.empty()) return nullptr;
  return proxy::AccessLog::open({.path = path,
                                 .format = settings.access_format,
                                 .query = settings.access_query,
                                 .workers = workers},
                                log);
}

}  // namespace

ServeNode::ServeNode(const cli::Invocation& invocation, const Clock& clock, ServeConsul& consul)
    : invocation_(invocation),
      clock_(clock),
      consul_(consul),
      ready_file_(invocation.value("--ready-file"), kReadyMark) {}

Result<void> ServeNode::open_logs(const gateway::ServerSettings& settings) {
  auto log = proxy::Log::open(clock_, settings.log.level, settings.log.error);
  if (!log) return std::unexpected(std::move(log.error()));
  log_ = std::move(*log);
  auto access =
      open_access_log(settings.log.access, settings.log, proxy::worker_count(settings), *log_);
  if (!access) return std::unexpected(std::move(access.error()));
  access_log_ = std::move(*access);
  auto admin = open_access_log(settings.log.admin_access, settings.log, 1, *log_);
  if (!admin) return std::unexpected(std::move(admin.error()));
  admin_access_log_ = std::move(*admin);
  return {};
}

Result<void> ServeNode::bind_admin(const gateway::ServerSettings& settings) {
  if (settings.admin_listen.empty()) return {};
  auto bound = AdminListener::bind(settings, clock_);
  if (!bound) return std::unexpected(std::move(bound.error()));
  admin_ = std::move(*bound);
  return {};
}

void ServeNode::start_admin(std::shared_ptr<const net::ServerTls> tls) {
  if (!admin_) return;
  admin_node_ = std::make_unique<AdminNode>(
      AdminNodeParts{invocation_, clock_, *server_, *running_, consul_, *log_},
      describe_node(settings_, listening()));
  admin_->start(*admin_node_, admin_access_log_.get(), std::move(tls));
}

Result<void> ServeNode::start(ServePlan plan, const Inputs& inputs) {
  if (auto opened = open_logs(plan.settings); !opened) return opened;
  if (auto bound = bind_admin(plan.settings); !bound) return bound;
  auto server =
      proxy::Server::start(clock_, plan.settings, plan.generation, *log_, access_log_.get());
  if (!server) return std::unexpected(std::move(server.error()));
  server_ = std::move(*server);
  settings_ = std::move(plan.settings);
  running_ = std::make_unique<Running>(
      *server_,
      RunningParts{std::move(plan.catalogue), std::move(plan.decisions), std::move(plan.tls),
                   std::move(plan.needs), std::move(plan.unresolved)},
      consul_, *log_);
  start_admin(std::move(plan.admin_tls));
  tickets_due_ = clock_.now().steady + kTicketKeyAge;
  const std::string ready = ready_json(listening(), static_cast<int>(::getpid()));
  if (auto written = ready_file_.write(ready); !written) return written;
  log_findings(inputs, *log_);
  warn_of_settings(settings_);
  tell_started();
  notify(ServiceState::ready);
  return {};
}

Listening ServeNode::listening() const {
  Listening out;
  for (const net::Address& address : server_->addresses()) out.proxy.push_back(address.str());
  if (!admin_) return out;
  for (const net::Address& address : admin_->addresses()) out.admin.push_back(address.str());
  return out;
}

void ServeNode::tell_started() {
  const Listening where = listening();
  const model::Config& config = *running_->generation()->config;
  log_->write(LogLevel::notice, "started",
              {{"proxy", join(where.proxy, ",")},
               {"admin", join(where.admin, ",")},
               {"workers", proxy::worker_count(settings_)},
               {"compat", config.level.str()},
               {"services", config.services.size()},
               {"routes", config.routes.size()},
               {"consumers", config.consumers.size()}});
}

void ServeNode::warn_of_settings(const gateway::ServerSettings& settings) {
  for (const gateway::Listener& listener : settings.admin_listen) {
    if (is_loopback(listener.address)) continue;
    log_->write(LogLevel::warn, "admin_api_reachable",
                {{"listen", gateway::address_text(listener.address, listener.port)},
                 {"message", "whoever reaches this address can read and replace the config"}});
  }
  const std::size_t pairs = settings.tls.proxy.certificates.size();
  if (pairs > 1) {
    log_->write(LogLevel::warn, "certificates_left_out",
                {{"setting", "ssl_cert"},
                 {"left_out", pairs - 1},
                 {"message", "the first one is shown where no SNI matches"}});
  }
}

std::optional<ServePlan> ServeNode::plan_anew(Inputs& inputs) {
  auto settings = read_serve_settings(invocation_, inputs);
  if (!settings) {
    log_->write(LogLevel::error, "reload_failed", {{"message", settings.error().message}});
    return std::nullopt;
  }
  if (reads_standard_input(config_paths(invocation_, settings->server))) {
    log_->write(LogLevel::error, "reload_failed",
                {{"message", "the config came from standard input, which can be read only once"}});
    return std::nullopt;
  }
  return make_plan(invocation_, std::move(*settings), &running_->tls(),
                   whole_seconds(clock_.now().wall), consul_, inputs);
}

void ServeNode::reload() {
  notify(ServiceState::reloading);
  Inputs inputs;
  auto plan = plan_anew(inputs);
  log_findings(inputs, *log_);
  if (!plan) {
    log_->write(LogLevel::error, "reload_refused",
                {{"errors", inputs.diagnostics.errors()}, {"message", "the old config stays"}});
  } else {
    adopt(std::move(*plan));
  }
  notify(ServiceState::ready);
}

void ServeNode::adopt(ServePlan plan) {
  const model::Config& config = *plan.generation->config;
  log_->write(LogLevel::notice, "reloaded",
              {{"services", config.services.size()},
               {"routes", config.routes.size()},
               {"consumers", config.consumers.size()}});
  warn_of_restart(plan.settings);
  if (admin_ && plan.admin_tls) admin_->show(std::move(plan.admin_tls));
  running_->replace(std::move(plan.generation),
                    {std::move(plan.catalogue), std::move(plan.decisions), std::move(plan.tls),
                     std::move(plan.needs), std::move(plan.unresolved)});
}

void ServeNode::warn_of_restart(const gateway::ServerSettings& wanted) {
  const auto changed = restart_needed(settings_, wanted);
  if (changed.empty()) return;
  const std::vector<std::string> names(changed.begin(), changed.end());
  log_->write(LogLevel::warn, "restart_needed",
              {{"settings", join(names, ",")},
               {"message", "these settings are read at the start only; the old ones stay"}});
}

void ServeNode::reopen_logs() {
  if (access_log_) access_log_->reopen();
  if (admin_access_log_) admin_access_log_->reopen();
  log_->reopen();
}

void ServeNode::tend() {
  if (server_->is_alive()) notify(ServiceState::alive);
  tend_consul();
  const SteadyTime now = clock_.now().steady;
  if (now < tickets_due_) return;
  tickets_due_ = now + kTicketKeyAge;
  if (const auto& tickets = running_->tls().tickets) tickets->rotate();
}

// New handshakes use what came at once; requests and connections keep what they began with.
void ServeNode::tend_consul() {
  const bool news = consul_.take_news();
  consul_.tell(*log_);
  if (!news) return;
  if (const auto done = running_->refresh(); !done) {
    log_->write(LogLevel::error, "certificates_not_used", {{"error", done.error().message}});
  }
}

void ServeNode::drain(const Signals& signals) {
  notify(ServiceState::stopping);
  if (admin_node_) admin_node_->drain();
  log_->write(LogLevel::notice, "draining", {{"connections", server_->status().active}});
  const auto is_done = std::make_shared<std::atomic<bool>>(false);
  server_->drain([is_done] { is_done->store(true); });
  const SteadyTime deadline = clock_.now().steady + settings_.limits.drain;
  while (!is_done->load() && clock_.now().steady < deadline) {
    const Request request = signals.next(20ms);
    if (request == Request::stop) break;
    if (request == Request::reopen_logs) reopen_logs();
    if (server_->is_alive()) notify(ServiceState::alive);
  }
  admin_.reset();
  const proxy::ServerStatus status = server_->status();
  log_->write(LogLevel::notice, "stopped",
              {{"requests", status.requests}, {"cut_off", is_done->load() ? 0 : status.active}});
  server_.reset();
}

}  // namespace gw::app
