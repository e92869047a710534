#include "replay/stub.h"

#include <string>

#include <doctest/doctest.h>

namespace gw::replay {
namespace {

using gateway::AttemptError;
using namespace std::chrono_literals;

Stub answering(std::uint16_t status) {
  Stub stub;
  stub.status = status;
  return stub;
}

std::string lines_of(const Stub& stub, std::string_view length) {
  std::vector<http::Field> fields;
  append_stub_fields(stub, "DATE", length, fields);
  std::string out;
  for (const auto& field : fields) {
    out += std::string(field.name) + ": " + std::string(field.value) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a stub is found by host:port, then host, then the service's name, then *") {
  const Stubs all{{"a.example:8080", answering(201)},
                  {"a.example", answering(202)},
                  {"web", answering(203)},
                  {"*", answering(204)}};
  struct Row {
    const char* why;
    std::string_view host;
    std::uint16_t port;
    std::string_view service;
    int status;
  };
  for (const Row& r :
       {Row{"address", "a.example", 8080, "web", 201}, Row{"host", "a.example", 80, "web", 202},
        Row{"service", "b.example", 80, "web", 203}, Row{"any", "b.example", 80, "api", 204},
        Row{"a service without a name", "b.example", 80, "", 204}}) {
    CAPTURE(r.why);
    CHECK(find_stub(all, r.host, r.port, r.service).status == r.status);
  }
  CHECK(find_stub({{"web", answering(500)}}, "b.example", 80, "api").status == 200);
  CHECK(find_stub({}, "b.example", 80, "web").status == 200);
}

TEST_CASE("each failure is what the gateway would meet, and takes the time it would take") {
  struct Row {
    StubFailure fail;
    bool tls;
    AttemptError error;
    bool reached;
    std::chrono::microseconds after;
  };
  const gateway::Timeouts timeouts{.connect = 1s, .write = 2s, .read = 3s};
  for (const Row& r : {Row{StubFailure::refused, false, AttemptError::refused, false, 0s},
                       Row{StubFailure::reset, false, AttemptError::reset, true, 0s},
                       Row{StubFailure::timeout, false, AttemptError::read_timeout, true, 3s},
                       Row{StubFailure::dns, false, AttemptError::name_unknown, false, 0s},
                       Row{StubFailure::tls, true, AttemptError::tls, false, 0s},
                       Row{StubFailure::tls, false, AttemptError::reset, true, 0s}}) {
    CAPTURE(static_cast<int>(r.fail));
    Stub stub;
    stub.fail = r.fail;
    const StubOutcome outcome = outcome_of(stub, r.tls, timeouts);
    CHECK(outcome.error == r.error);
    CHECK(outcome.reached == r.reached);
    CHECK(outcome.after == r.after);
  }
}

TEST_CASE("an answer that takes longer than the read timeout does not come") {
  const gateway::Timeouts timeouts{.connect = 1s, .write = 1s, .read = 100ms};
  Stub stub;
  stub.delay = 100ms;
  CHECK_FALSE(outcome_of(stub, false, timeouts).error.has_value());
  CHECK(outcome_of(stub, false, timeouts).after == 100ms);
  stub.delay = 101ms;
  CHECK(outcome_of(stub, false, timeouts).error == AttemptError::read_timeout);
  CHECK(outcome_of(stub, false, timeouts).after == 100ms);
}

TEST_CASE("the echo is compact JSON with its keys in the pinned order") {
  UpstreamRequest seen{"POST", "/a?b=\"c\"", {{"X-B", "2"}, {"Host", "h"}, {"x-b", "3"}}, "hi\n"};
  CHECK(echo_json(seen) == R"({"method":"POST","path":"/a?b=\"c\"","version":"1.1",)"
                           R"("headers":{"host":"h","x-b":["2","3"]},"body":"hi\n"})");
  seen.body = "\xFF";
  CHECK(echo_json(seen).ends_with(R"(,"body_base64":"/w=="})"));
}

TEST_CASE("a stub's answer has a date and a length, and never a Server") {
  CHECK(lines_of(Stub{}, "7") == "Content-Type: application/json\nDate: DATE\nContent-Length: 7\n");
  Stub text;
  text.body = "x";
  text.headers = {{"Content-Type", "text/css"}, {"date", "mine"}, {"content-length", "99"}};
  CHECK(lines_of(text, "1") == "Content-Type: text/css\ndate: mine\nContent-Length: 1\n");
  CHECK(lines_of(answering(204), "") == "Date: DATE\n");
}

}  // namespace gw::replay
