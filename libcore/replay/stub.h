// Stub upstreams: which one a dialled address means, and what it answers (scenario-format.md).
//
// Values only: the simulator asks them directly, a live stub server would send what they say.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange.h"
#include "http/message.h"
#include "replay/expectation.h"
#include "replay/scenario.h"

namespace gw::replay {

// By host:port, then host, then the service's name, then "*"; nullptr: none is said.
[[nodiscard]] const Stub* find_said_stub(const Stubs& stubs, std::string_view host,
                                         std::uint16_t port, std::string_view service_name);
// The same, else the default echo.
[[nodiscard]] const Stub& find_stub(const Stubs& stubs, std::string_view host, std::uint16_t port,
                                    std::string_view service_name);

[[nodiscard]] const Stub& echo_stub();

// How the stub treats one try, before any byte of an answer.
struct StubOutcome {
  std::optional<gateway::AttemptError> error;
  bool reached = true;                // the stub saw the request
  std::chrono::microseconds after{};  // from the try to the error or the answer
};
[[nodiscard]] StubOutcome outcome_of(const Stub& stub, bool tls, const gateway::Timeouts& timeouts);

// Compact {"method","path","version","headers","body"}, as the default upstream answers.
[[nodiscard]] std::string echo_json(const UpstreamRequest& request);

// The field lines of the stub's answer, appended to `out`. `content_length` empty: none. All views
// must outlive `out`.
void append_stub_fields(const Stub& stub, std::string_view date, std::string_view content_length,
                        std::vector<http::Field>& out);

}  // namespace gw::replay
