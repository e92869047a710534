#include "mesh/check_probe.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/ip.h"
#include "base/text.h"
#include "http/message.h"
#include "mesh/dial.h"
#include "mesh/http_get.h"
#include "mesh/upstream_uri.h"
#include "net/stream.h"

namespace gw::mesh {
namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);

std::optional<IpAddress> ip_of(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  if (iequals(host, "localhost")) return IpAddress::parse("127.0.0.1");
  return IpAddress::parse(host);
}

std::string unresolved(std::string_view host) {
  return fmt::format("lookup {}: this agent resolves no names; give an IP address or localhost",
                     printable(host));
}

std::string refused(const net::Address& to, const boost::system::error_code& error) {
  if (error == boost::asio::error::operation_aborted) {
    return fmt::format("dial tcp {}: i/o timeout", to.str());
  }
  std::string why = std::strerror(error.value());
  if (!why.empty()) why[0] = to_lower(why[0]);
  return fmt::format("dial tcp {}: connect: {}", to.str(), why);
}

net::Task<Found> probe_tcp(net::Loop& loop, CheckPlan plan) {
  Found found;
  const std::size_t colon = plan.target.rfind(':');
  const std::string_view target = plan.target;
  const auto port =
      colon == std::string::npos ? std::nullopt : parse_uint(target.substr(colon + 1));
  if (!port || *port > 65535) {
    found.output = fmt::format("dial tcp: address {}: missing port in address", target);
    co_return found;
  }
  const auto ip = ip_of(target.substr(0, colon));
  if (!ip) {
    found.output = fmt::format("dial tcp: {}", unresolved(target.substr(0, colon)));
    co_return found;
  }
  const net::Address to{*ip, static_cast<std::uint16_t>(*port)};
  net::Stream stream(loop, net::Socket(loop.context()));
  const auto error = co_await dial(stream, to, loop.now().steady + plan.timeout);
  stream.close();
  if (error) {
    found.output = refused(to, error);
  } else {
    found = {Health::passing, fmt::format("TCP connect {}: Success", target)};
  }
  co_return found;
}

// What of a check's URL and fields this agent does not do; empty: nothing.
std::string beyond_us(const CheckPlan& plan, const UpstreamUri& uri) {
  if (!plan.method.empty() && plan.method != "GET") {
    return fmt::format("this agent's HTTP checks only GET; method {} is not tried",
                       printable(plan.method));
  }
  if (plan.target.starts_with("https://")) return "this agent's HTTP checks know no TLS";
  if (!plan.target.starts_with("http://")) {
    const std::string scheme = plan.target.substr(0, plan.target.find(':'));
    return fmt::format("Get \"{}\": unsupported protocol scheme \"{}\"", printable(plan.target),
                       printable(scheme));
  }
  return uri.authority.empty() ? uri.problem : "";
}

// Go's name where nginx has another one.
std::string_view reason_of(std::uint16_t status) {
  return status == 503 ? "Service Unavailable" : http::reason_phrase(status);
}

Found judge(const CheckPlan& plan, const HttpAnswer& answer) {
  const std::string output = fmt::format("HTTP GET {}: {} {} Output: {}", plan.target,
                                         answer.status, reason_of(answer.status), answer.body);
  if (answer.status >= 200 && answer.status <= 299) return {Health::passing, output};
  return {answer.status == 429 ? Health::warning : Health::critical, output};
}

net::Task<Found> probe_http(net::Loop& loop, net::BufferPool& buffers, CheckPlan plan) {
  Found found;
  const UpstreamUri uri = read_upstream_uri(plan.target);
  found.output = beyond_us(plan, uri);
  if (!found.output.empty()) co_return found;
  const auto ip = ip_of(uri.host);
  if (!ip) {
    found.output = fmt::format("Get \"{}\": dial tcp: {}", plan.target, unresolved(uri.host));
    co_return found;
  }
  HttpGet get{.to = {*ip, uri.port}, .target = uri.target(""), .fields = {}, .time = plan.timeout};
  const auto given = [&](std::string_view name) {
    return std::ranges::any_of(plan.headers,
                               [&](const auto& field) { return iequals(field.first, name); });
  };
  if (!given("Host")) get.fields.emplace_back("Host", uri.authority);
  if (!given("User-Agent")) get.fields.emplace_back("User-Agent", "Consul Health Check");
  if (!given("Accept")) get.fields.emplace_back("Accept", "text/plain, text/*, */*");
  get.fields.insert(get.fields.end(), plan.headers.begin(), plan.headers.end());
  const auto answer = co_await http_get(loop, buffers, std::move(get));
  if (answer) {
    found = judge(plan, *answer);
  } else {
    found.output = fmt::format("Get \"{}\": {}", plan.target, answer.error());
  }
  co_return found;
}

}  // namespace

net::Task<Found> probe(net::Loop& loop, net::BufferPool& buffers, CheckKind kind, CheckPlan plan) {
  if (plan.timeout <= std::chrono::milliseconds(0)) plan.timeout = kPatience;
  if (kind == CheckKind::tcp) {
    auto found = co_await probe_tcp(loop, std::move(plan));
    co_return found;
  }
  if (kind == CheckKind::http) {
    auto found = co_await probe_http(loop, buffers, std::move(plan));
    co_return found;
  }
  co_return Found{Health::critical, "this agent does no such checks"};
}

}  // namespace gw::mesh
