#include "proxy/prober.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "http/head_parser.h"
#include "http/head_writer.h"
#include "net/client_tls.h"

namespace gw::proxy {
namespace {

using gateway::Probe;
using gateway::ProbeOutcome;

ClientTlsPtr make_tls(bool verify) {
  const auto tls = net::ClientTls::create({.verify = verify});
  return tls ? *tls : nullptr;
}

ProbeOutcome outcome_of(gateway::AttemptError error) {
  using gateway::AttemptError;
  switch (error) {
    case AttemptError::name_unknown:
    case AttemptError::name_failure:
      return {ProbeOutcome::Kind::unresolved};
    case AttemptError::connect_timeout:
      return {ProbeOutcome::Kind::timed_out};
    default:
      return {ProbeOutcome::Kind::failed};
  }
}

std::string request_of(const Probe& probe) {
  http::RequestHead head{"GET", probe.path, {{"Host", probe.host_header}}};
  for (const auto& [name, value] : probe.headers) head.fields.push_back({name, value});
  std::string text;
  if (!http::write_request(text, head, {}, http::Persistence::close)) text.clear();
  return text;
}

// The status alone decides; whatever follows is not read.
net::Task<ProbeOutcome> read_status(UpstreamConnection& connection) {
  http::ResponseParser parser;
  while (true) {
    const auto room = connection.in.room();
    const net::Io io = co_await connection.stream.read(room);
    if (io.error == net::IoError::timeout) co_return ProbeOutcome{ProbeOutcome::Kind::timed_out};
    if (!io.ok()) co_return ProbeOutcome{ProbeOutcome::Kind::failed};
    connection.in.commit(io.bytes);
    switch (parser.parse(connection.in.readable())) {
      case http::Progress::need_more:
        continue;
      case http::Progress::refused:
        co_return ProbeOutcome{ProbeOutcome::Kind::answered, 0};
      case http::Progress::complete:
        co_return ProbeOutcome{ProbeOutcome::Kind::answered, parser.head().status};
    }
  }
}

}  // namespace

Prober::Prober(net::Loop& loop, Dialer& dialer, gateway::Balancers& balancers)
    : loop_(loop), dialer_(dialer), balancers_(balancers) {}

Prober::~Prober() {
  if (alarm_) loop_.cancel(*alarm_);
}

void Prober::rearm() {
  if (alarm_) loop_.cancel(*alarm_);
  alarm_.reset();
  if (stopped_) return;
  const auto next = balancers_.next_due();
  if (next) alarm_ = loop_.at(*next, [this] { run_due(); });
}

void Prober::stop() {
  stopped_ = true;
  rearm();
}

void Prober::run_due() {
  alarm_.reset();
  for (Probe& probe : balancers_.due(loop_.now().steady)) {
    ++under_way_;
    boost::asio::co_spawn(loop_.executor(), run(std::move(probe)), boost::asio::detached);
  }
  rearm();
}

net::Task<void> Prober::run(Probe probe) {
  const ProbeOutcome outcome = co_await make(probe);
  --under_way_;
  balancers_.on_probe(probe.id, outcome, loop_.now().steady);
  rearm();
}

// Made when first needed: reading the system's certificates takes a tenth of a second.
ClientTlsPtr Prober::tls_for(const Probe& probe) {
  ClientTlsPtr& tls = probe.verify ? verifying_ : trusting_;
  if (!tls) tls = make_tls(probe.verify);
  return tls;
}

net::Task<ProbeOutcome> Prober::make(const Probe& probe) {
  const SteadyTime deadline = loop_.now().steady + probe.timeout;
  const bool tls = probe.type == Probe::Type::https || probe.type == Probe::Type::tls;
  gateway::Try attempt;
  attempt.target = {probe.host, probe.port, 0};
  attempt.tls = tls;
  attempt.sni = probe.sni;
  attempt.timeouts.connect = probe.timeout;
  auto dialled = co_await dialer_.dial(attempt, tls ? tls_for(probe) : nullptr);
  if (!dialled) co_return outcome_of(dialled.error());
  if (probe.type == Probe::Type::tcp || probe.type == Probe::Type::tls) {
    co_return ProbeOutcome{ProbeOutcome::Kind::connected};
  }
  UpstreamConnection& connection = **dialled;
  connection.stream.read_by(deadline);
  connection.stream.write_patience(probe.timeout);
  const std::string request = request_of(probe);
  const net::Io io = co_await connection.stream.write(request);
  if (!io.ok()) co_return ProbeOutcome{ProbeOutcome::Kind::failed};
  const ProbeOutcome outcome = co_await read_status(connection);
  co_return outcome;
}

}  // namespace gw::proxy
