// An agent whose endpoints are asked as a client's request reaches them, without sockets.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ca_world.h"
#include "mesh/call_reader.h"

namespace gw::mesh::testing {

struct CallBench : AgentWorld {
  using AgentWorld::AgentWorld;

  Reply reply(std::string_view method, std::string_view target, std::string_view body = {},
              std::string_view token = {}, std::vector<http::Field> fields = {}) {
    if (!token.empty()) fields.push_back({"X-Consul-Token", token});
    net::HttpRequest request{method, target, fields, body, {}};
    auto read = read_call(request, endpoints, *state);
    if (auto* const refused = std::get_if<Reply>(&read)) return std::move(*refused);
    last = std::get<ReadCall>(read);
    return last.endpoint->handle(last.call);
  }
  // "200 body"
  std::string ask(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view token = {}) {
    const Reply answered = reply(method, target, body, token);
    return std::to_string(answered.status) + " " + answered.body;
  }
  std::string get(std::string_view target, std::string_view token = {}) {
    return ask("GET", target, {}, token);
  }

  Endpoints endpoints;
  ReadCall last;
};

}  // namespace gw::mesh::testing
