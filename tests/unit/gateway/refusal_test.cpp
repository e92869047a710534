#include "gateway/refusal.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "unit/gateway/playing.h"

namespace gw::gateway {

using test::at_ms;
using test::config_of;
using test::Gateway;
using Fields = std::vector<http::Field>;

namespace {

struct Refused {
  std::uint16_t status;
  std::string type, body, server, latency, via;
  std::string id;
};

Refused refuse_at(model::Level level, std::uint16_t status, const Fields& fields) {
  Gateway gateway(config_of(level));
  const RequestView partial{.head = {"", "", http::Version::http11, fields},
                            .peer = {IpAddress::loopback(), 1},
                            .sni = {}};
  const Respond respond =
      refuse(gateway.snapshot(), gateway.scratch(), partial, status, at_ms(0), gateway.rng());
  const auto text = [&](std::string_view name) {
    return std::string(http::find(respond.head->fields, name).value_or(""));
  };
  return {respond.head->status,
          text("Content-Type"),
          std::string(respond.body),
          text("Server"),
          text("X-Kong-Response-Latency"),
          text("Via"),
          text("X-Kong-Request-Id")};
}

}  // namespace

TEST_CASE("a head that was refused before its Accept is answered in plain text") {
  struct Row {
    std::uint16_t status;
    std::string_view body;
  };
  for (const Row& r :
       {Row{400, "Bad request\n"}, Row{408, "Request timeout\n"}, Row{413, "Payload too large\n"},
        Row{414, "URI too long\n"}, Row{417, "Expectation failed\n"},
        Row{431, "Request header or cookie too large\n"},
        Row{503, "The upstream server is currently unavailable\n"},
        Row{429, "The upstream server responded with 429\n"}}) {
    for (const model::Level level : {model::Level{2, 0}, model::Level{2, 8}, model::Level{3, 4}}) {
      CAPTURE(r.status);
      CAPTURE(level.version());
      const Refused refused = refuse_at(level, r.status, {});
      CHECK(refused.status == r.status);
      CHECK(refused.type == "text/plain; charset=utf-8");
      CHECK(refused.body == r.body);
      CHECK(refused.server.starts_with("kong/"));
      CHECK(refused.latency == "0");
      CHECK(refused.via.empty());
    }
  }
}

TEST_CASE("from 3.5 on a refusal carries the request's id") {
  const Refused refused = refuse_at({3, 9}, 400, {});
  CHECK(refused.id.size() == 32);
  CHECK(refused.body == "Bad request\nrequest_id: " + refused.id + "\n");
}

TEST_CASE("a refusal takes the form that the fields before the bad line ask for") {
  const Fields json{{"Accept", "application/json"}};
  CHECK(refuse_at({2, 0}, 400, json).body == "{\n  \"message\": \"Bad request\"\n}\n");
  CHECK(refuse_at({2, 8}, 400, json).body == "{\n  \"message\":\"Bad request\"\n}");
  CHECK(refuse_at({2, 8}, 431, json).type == "application/json; charset=utf-8");
  const Fields by_type{{"Content-Type", "text/html"}};
  CHECK(refuse_at({2, 8}, 413, by_type).type == "text/html; charset=utf-8");
}

TEST_CASE("501 and 505 are nginx's own pages at every level, whatever Accept says") {
  for (const model::Level level : {model::Level{2, 0}, model::Level{2, 8}, model::Level{3, 9}}) {
    CAPTURE(level.version());
    const Refused refused = refuse_at(level, 501, {{"Accept", "application/json"}});
    CHECK(refused.type == "text/html; charset=UTF-8");
    CHECK(refused.body ==
          "<html>\r\n<head><title>501 Not Implemented</title></head>\r\n<body>\r\n"
          "<center><h1>501 Not Implemented</h1></center>\r\n</body>\r\n</html>\r\n");
    CHECK(refuse_at(level, 505, {}).type == "text/html; charset=UTF-8");
  }
}

TEST_CASE("a client that breaks off its body is answered in the middle of an exchange") {
  Gateway gateway(config_of({2, 8}));
  gateway.fields.push_back({"Accept", "application/json"});
  Exchange& exchange = gateway.begin();
  (void)exchange.start();
  const Step step = exchange.refuse(408, at_ms(9));
  CHECK(test::head_of(step).status == 408);
  CHECK(std::get<Respond>(step).body == "{\n  \"message\":\"Request timeout\"\n}");
  CHECK(test::field(step, "X-Kong-Response-Latency") == "9");
}

}  // namespace gw::gateway
