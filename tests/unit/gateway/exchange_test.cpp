#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "http/known_fields.h"
#include "unit/gateway/playing.h"

namespace gw::gateway {

using test::answer;
using test::at_ms;
using test::config_of;
using test::field;
using test::Gateway;
using test::head_of;
using test::sent;

TEST_CASE("the latency headers divide where the first upstream is dialed") {
  Gateway gateway(config_of({3, 9}));
  Exchange& exchange = gateway.begin(100);
  REQUIRE(std::holds_alternative<Try>(exchange.start()));
  exchange.on_dialing(at_ms(107));
  REQUIRE(std::holds_alternative<Try>(exchange.on_attempt(AttemptError::refused, at_ms(110))));
  exchange.on_dialing(at_ms(111));  // a second try changes nothing
  const Step step = exchange.on_response(answer(200), at_ms(130));
  CHECK(field(step, "X-Kong-Proxy-Latency") == "7");
  CHECK(field(step, "X-Kong-Upstream-Latency") == "23");
}

TEST_CASE("without word of the dialing all time is the upstream's") {
  Gateway gateway(config_of({3, 9}));
  Exchange& exchange = gateway.begin(100);
  (void)exchange.start();
  const Step step = exchange.on_response(answer(200), at_ms(130));
  CHECK(field(step, "X-Kong-Proxy-Latency") == "0");
  CHECK(field(step, "X-Kong-Upstream-Latency") == "30");
}

TEST_CASE("an index that the parser has made is used, on both sides") {
  Gateway gateway(config_of({3, 9}));
  const std::vector<http::Field> fields{{"Host", "api.test"}, {"Keep-Alive", "5"}, {"A", "1"}};
  http::FieldIndex index;
  index.build(fields);
  const RequestView view{.head = {"GET", "/a", http::Version::http11, fields},
                         .peer = {IpAddress::loopback(), 1},
                         .sni = {},
                         .index = &index};
  Exchange exchange(gateway.snapshot(), gateway.balancers(), gateway.scratch(), view, at_ms(0),
                    gateway.rng());
  const Step tried = exchange.start();
  CHECK(sent(tried, "A") == "1");
  CHECK(sent(tried, "Keep-Alive").empty());
  const std::vector<http::Field> back{{"Server", "echo"}, {"Keep-Alive", "5"}};
  http::FieldIndex back_index;
  back_index.build(back);
  const Step step = exchange.on_response(answer(200, back), at_ms(1), &back_index);
  CHECK(field(step, "Server") == "echo");
  CHECK(field(step, "Keep-Alive").empty());
}

TEST_CASE("a log learns who asked for what") {
  model::Config config = config_of({3, 9});
  const Uuid consumer = Uuid::v5(Uuid{}, "alice");
  config.consumers.push_back({.id = consumer, .username = "alice", .custom_id = {}});
  config.keyauth_credentials.push_back({Uuid::v5(consumer, "key"), consumer, Secret("k1")});
  config.plugins.push_back({.id = Uuid::v5(Uuid{}, "auth"),
                            .name = "key-auth",
                            .instance_name = {},
                            .route = {},
                            .service = {},
                            .consumer = {},
                            .config = model::KeyAuth{}});
  Gateway gateway(std::move(config));
  gateway.fields.push_back({"apikey", "k1"});
  Exchange& exchange = gateway.begin();
  const Step step = exchange.start();
  REQUIRE(std::holds_alternative<Try>(step));
  CHECK(exchange.request_id().size() == 32);
  CHECK(sent(step, "X-Kong-Request-Id") == exchange.request_id());
  CHECK(exchange.credential_id() == Uuid::v5(consumer, "key").str());
  REQUIRE(exchange.service() != nullptr);
  CHECK(exchange.service()->name == "web");
  CHECK(exchange.client_ip() == "127.0.0.1");
}

TEST_CASE("a WebSocket handshake is offered upstream and its 101 comes back whole") {
  Gateway gateway(config_of({3, 9}));
  gateway.offers_websocket = true;
  gateway.fields = {{"Host", "api.test"},
                    {"Connection", "keep-alive, Upgrade"},
                    {"Upgrade", "WebSocket"},
                    {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                    {"Sec-WebSocket-Version", "13"}};
  Exchange& exchange = gateway.begin();
  const Step tried = exchange.start();
  CHECK(std::get<Try>(tried).upgrade);
  CHECK(sent(tried, "Upgrade") == "websocket");
  CHECK(sent(tried, "Connection").empty());  // the writer's
  CHECK(sent(tried, "Sec-WebSocket-Key") == "dGhlIHNhbXBsZSBub25jZQ==");
  const std::vector<http::Field> fields{{"Upgrade", "websocket"},
                                        {"Connection", "Upgrade"},
                                        {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}};
  const Step step = exchange.on_response(answer(101, fields), at_ms(1));
  REQUIRE(std::holds_alternative<Relay>(step));
  CHECK(head_of(step).status == 101);
  CHECK(field(step, "Upgrade") == "websocket");
  CHECK(field(step, "Connection").empty());
  CHECK(field(step, "Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("an upstream may decline WebSocket, and its Upgrade does not get through then") {
  Gateway gateway(config_of({3, 9}));
  gateway.offers_websocket = true;
  Exchange& exchange = gateway.begin();
  (void)exchange.start();
  const std::vector<http::Field> fields{{"Upgrade", "websocket"}};
  const Step step = exchange.on_response(answer(426, fields), at_ms(1));
  CHECK(head_of(step).status == 426);
  CHECK(field(step, "Upgrade").empty());
}

TEST_CASE("a 101 that nobody asked for, or to another protocol, is a bad gateway") {
  struct Row {
    const char* why;
    bool offered;
    std::vector<http::Field> fields;
  };
  for (const Row& r :
       {Row{"not asked for", false, {{"Upgrade", "websocket"}}},
        Row{"another protocol", true, {{"Upgrade", "h2c"}}}, Row{"no protocol", true, {}}}) {
    CAPTURE(r.why);
    Gateway gateway(config_of({3, 9}));
    gateway.offers_websocket = r.offered;
    Exchange& exchange = gateway.begin();
    const Step tried = exchange.start();
    CHECK(std::get<Try>(tried).upgrade == r.offered);
    const Step step = exchange.on_response(answer(101, r.fields), at_ms(1));
    REQUIRE(std::holds_alternative<Respond>(step));
    CHECK(head_of(step).status == 502);
  }
}

TEST_CASE("what went wrong with a try decides whether there is another, and the answer") {
  struct Row {
    AttemptError error;
    std::string_view method;
    bool again;
    std::uint16_t status;
  };
  for (const Row& r : {Row{AttemptError::refused, "POST", true, 502},
                       Row{AttemptError::connect_timeout, "POST", true, 504},
                       Row{AttemptError::write_timeout, "GET", true, 504},
                       Row{AttemptError::write_timeout, "POST", false, 504},
                       Row{AttemptError::closed_while_sending, "PUT", true, 502},
                       Row{AttemptError::closed_while_sending, "PATCH", false, 502},
                       Row{AttemptError::reset, "POST", false, 502},
                       Row{AttemptError::garbage, "GET", false, 502}}) {
    CAPTURE(static_cast<int>(r.error));
    CAPTURE(r.method);
    Gateway gateway(config_of({2, 8}));
    gateway.method = r.method;
    Exchange& exchange = gateway.begin();
    (void)exchange.start();
    Step step = exchange.on_attempt(r.error, at_ms(1));
    CHECK(std::holds_alternative<Try>(step) == r.again);
    if (!r.again) {
      CHECK(head_of(step).status == r.status);
      continue;
    }
    exchange.body_consumed();
    step = exchange.on_attempt(r.error, at_ms(2));
    REQUIRE_MESSAGE(std::holds_alternative<Respond>(step), "the body cannot be sent again");
    CHECK(head_of(step).status == r.status);
  }
}

TEST_CASE("a service is tried once more than its retries say") {
  Gateway gateway(config_of({2, 8}));
  Exchange& exchange = gateway.begin();
  Step step = exchange.start();
  while (std::holds_alternative<Try>(step)) {
    step = exchange.on_attempt(AttemptError::refused, at_ms(1));
  }
  CHECK(exchange.attempts() == 6);
}

}  // namespace gw::gateway
