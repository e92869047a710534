#include "replay/stub.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace gw::replay {
namespace {

using gateway::AttemptError;

const Stub kEcho;

struct FailureRow {
  AttemptError error;
  bool reached;  // accepted: the request was seen before the connection failed
};

// By StubFailure.
constexpr std::array kFailures{
    FailureRow{AttemptError::refused, false},     FailureRow{AttemptError::reset, true},
    FailureRow{AttemptError::read_timeout, true}, FailureRow{AttemptError::name_unknown, false},
    FailureRow{AttemptError::tls, false},
};

// host:port without allocating for names of the usual length.
const Stub* find_address(const Stubs& stubs, std::string_view host, std::uint16_t port) {
  std::string address;
  address.reserve(host.size() + 6);
  address.append(host).append(":").append(std::to_string(port));
  const auto found = stubs.find(address);
  return found == stubs.end() ? nullptr : &found->second;
}

bool names(const Stub& stub, std::string_view header) {
  return std::ranges::any_of(stub.headers,
                             [&](const Field& field) { return iequals(field.name, header); });
}

}  // namespace

const Stub* find_said_stub(const Stubs& stubs, std::string_view host, std::uint16_t port,
                           std::string_view service_name) {
  if (stubs.empty()) return nullptr;
  if (const Stub* stub = find_address(stubs, host, port)) return stub;
  for (const std::string_view name : {host, service_name, std::string_view("*")}) {
    const auto found = stubs.find(name);
    if (!name.empty() && found != stubs.end()) return &found->second;
  }
  return nullptr;
}

const Stub& find_stub(const Stubs& stubs, std::string_view host, std::uint16_t port,
                      std::string_view service_name) {
  const Stub* said = find_said_stub(stubs, host, port, service_name);
  return said != nullptr ? *said : kEcho;
}

const Stub& echo_stub() {
  return kEcho;
}

StubOutcome outcome_of(const Stub& stub, bool tls, const gateway::Timeouts& timeouts) {
  if (!stub.fail) {
    if (stub.delay <= timeouts.read) return {.error = {}, .after = stub.delay};
    return {.error = AttemptError::read_timeout, .after = timeouts.read};
  }
  // A peer that refuses handshakes closes a connection on which none was tried.
  if (*stub.fail == StubFailure::tls && !tls) return {.error = AttemptError::reset};
  const FailureRow& row = kFailures.at(static_cast<std::size_t>(*stub.fail));
  StubOutcome outcome{.error = row.error, .reached = row.reached};
  if (row.error == AttemptError::read_timeout) outcome.after = timeouts.read;
  return outcome;
}

std::string echo_json(const UpstreamRequest& request) {
  using Json = nlohmann::ordered_json;
  std::map<std::string, std::vector<std::string_view>> headers;
  for (const Field& field : request.fields) headers[lower(field.name)].push_back(field.value);
  Json shown = Json::object();
  for (const auto& [name, values] : headers) {
    if (values.size() == 1) {
      shown[name] = values.front();
    } else {
      shown[name] = values;
    }
  }
  Json echo{{"method", request.method},
            {"path", request.path},
            {"version", "1.1"},
            {"headers", std::move(shown)}};
  if (is_utf8(request.body)) {
    echo["body"] = request.body;
  } else {
    echo["body_base64"] = base64_encode(request.body);
  }
  return echo.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append_stub_fields(const Stub& stub, std::string_view date, std::string_view content_length,
                        std::vector<http::Field>& out) {
  if (!stub.body && !content_length.empty() && !names(stub, "Content-Type")) {
    out.push_back({"Content-Type", "application/json"});
  }
  if (!names(stub, "Date")) out.push_back({"Date", date});
  for (const Field& field : stub.headers) {
    // Framing is the stub's own.
    if (!iequals(field.name, "Content-Length")) out.push_back({field.name, field.value});
  }
  if (!content_length.empty()) out.push_back({"Content-Length", content_length});
}

}  // namespace gw::replay
