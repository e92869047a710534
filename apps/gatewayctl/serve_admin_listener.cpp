#include "serve_admin_listener.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "http/message.h"

namespace gw::app {
namespace {

// Operators and their tools; what is over it is closed at once.
constexpr std::size_t kMostConnections = 64;

// A config that is sent may be as large as one in a file, unless the settings say less.
std::size_t body_bound(const gateway::ClientSettings& bounds) {
  const std::uint64_t wanted = bounds.admin_body_bytes;
  return wanted == 0 ? kMaxFileBytes : std::min<std::uint64_t>(wanted, kMaxFileBytes);
}

net::HttpResponse response_of(admin::Response&& from) {
  return {.status = from.status,
          .fields = std::move(from.fields),
          .body = std::move(from.body),
          .length = from.length};
}

}  // namespace

AdminListener::AdminListener(const gateway::ServerSettings& settings, const Clock& clock)
    : bounds_(settings.client), listeners_(settings.admin_listen), loop_(clock) {}

Result<std::unique_ptr<AdminListener>> AdminListener::bind(const gateway::ServerSettings& settings,
                                                           const Clock& clock) {
  std::unique_ptr<AdminListener> listener(new AdminListener(settings, clock));
  for (const gateway::Listener& one : settings.admin_listen) {
    if (auto taken = listener->take(one); !taken) return std::unexpected(std::move(taken.error()));
  }
  return listener;
}

Result<void> AdminListener::take(const gateway::Listener& listener) {
  if (listener.proxy_protocol) {
    return fail(ErrorCode::invalid,
                fmt::format("setting admin_listen: {}: the Admin API does not read PROXY headers; "
                            "remove proxy_protocol",
                            gateway::address_text(listener.address, listener.port)));
  }
  const auto descriptor = net::listen_on({listener.address, listener.port},
                                         {listener.backlog, false, listener.ipv6_only});
  if (!descriptor) return std::unexpected(descriptor.error());
  descriptors_.push_back(*descriptor);
  addresses_.push_back(net::local_address(*descriptor));
  return {};
}

AdminListener::~AdminListener() {
  if (thread_.joinable()) {
    loop_.stop();
    thread_.join();
  }
  loop_.end();
  for (const int descriptor : descriptors_) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

net::HttpServerOptions AdminListener::options(bool tls) {
  net::HttpServerOptions options;
  options.head = {.start_line = bounds_.request_line_bytes,
                  .field_line = bounds_.header_line_bytes,
                  .section = bounds_.header_bytes,
                  .fields = bounds_.header_count};
  options.body_bytes = body_bound(bounds_);
  options.connections = kMostConnections;
  if (tls) options.tls = [this] { return tls_->session(); };
  return options;
}

void AdminListener::start(admin::LiveNode& node, proxy::AccessLog* access_log, ServerTlsPtr tls) {
  api_ = std::make_unique<admin::Api>(node);
  access_log_ = access_log;
  tls_ = std::move(tls);
  for (std::size_t i = 0; i < descriptors_.size(); ++i) {
    servers_.push_back(std::make_unique<net::HttpServer>(
        loop_, std::exchange(descriptors_[i], -1), options(listeners_[i].tls),
        [this](const net::HttpRequest& request) { return answer(request); },
        [this](std::uint16_t status, const net::Address& peer) { return refuse(status, peer); }));
  }
  thread_ = std::jthread([this] { loop_.run(); });
}

void AdminListener::show(ServerTlsPtr tls) {
  loop_.post([this, next = std::move(tls)]() mutable { tls_ = std::move(next); });
}

net::Task<net::HttpResponse> AdminListener::answer(const net::HttpRequest& request) {
  const Instant arrived = loop_.now();
  const std::string peer = request.peer.ip.str();
  auto response = api_->handle({.method = request.method,
                                .target = request.target,
                                .fields = request.fields,
                                .body = request.body,
                                .peer = peer});
  proxy::AccessEntry entry;
  entry.time = arrived.wall;
  entry.target = response.loggable_path;
  entry.status = response.status;
  entry.body_bytes = response.body.size();
  entry.duration = loop_.now().steady - arrived.steady;
  log(entry, request);
  co_return response_of(std::move(response));
}

void AdminListener::log(proxy::AccessEntry entry, const net::HttpRequest& request) {
  if (access_log_ == nullptr) return;
  const auto field = [&](std::string_view name) {
    return http::find(request.fields, name).value_or(std::string_view{});
  };
  entry.client = request.peer.ip;
  entry.method = request.method;
  entry.version = request.version == http::Version::http11 ? "HTTP/1.1" : "HTTP/1.0";
  entry.user_agent = field("User-Agent");
  entry.referer = field("Referer");
  access_log_->write(0, entry);
}

net::HttpResponse AdminListener::refuse(std::uint16_t status, const net::Address& peer) {
  std::string message(http::reason_phrase(status));
  if (status == 413) {
    message =
        fmt::format("the body is larger than nginx_admin_client_max_body_size allows: {} bytes",
                    body_bound(bounds_));
  }
  auto response = api_->refuse(status, message);
  if (access_log_ != nullptr) {
    proxy::AccessEntry entry;
    entry.time = loop_.now().wall;
    entry.client = peer.ip;
    entry.status = status;
    entry.body_bytes = response.body.size();
    access_log_->write(0, entry);
  }
  return response_of(std::move(response));
}

}  // namespace gw::app
