#include "mesh/mesh.h"

#include <arpa/inet.h>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "mesh/agent_settings.h"
#include "mesh/hosts_text.h"

namespace gw::mesh {
namespace {

using connect::Intention;
using connect::IntentionAction;

// A network of these tests' own, and an agent where there is room.
MeshOptions tutorial_at(const char* network) {
  MeshOptions options{.topology = tutorial_topology(),
                      .consul = {.ip = *IpAddress::parse("127.0.0.1"), .port = 0}};
  options.topology.network = *IpAddress::parse(network);
  return options;
}

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  // "127.0.0.1:9090"
  static sockaddr_in parse(const std::string& text) {
    const auto colon = text.find(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
    REQUIRE(::inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) == 1);
    return address;
  }

 private:
  int fd_;
};

// All that comes back until the other side closes.
std::string ask(const std::string& where, const std::string& request) {
  const Socket socket;
  const sockaddr_in address = Socket::parse(where);
  const auto* plain = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.fd(), plain, sizeof address) != 0) return {};
  if (::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
  std::string out;
  char bytes[4096];
  for (;;) {
    const ssize_t count = ::recv(socket.fd(), bytes, sizeof bytes, 0);
    if (count <= 0) return out;
    out.append(bytes, static_cast<std::size_t>(count));
  }
}

std::string get(const std::string& where, const std::string& path) {
  return ask(where, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
}

std::string post(const std::string& where, const std::string& path, const std::string& body) {
  return ask(where, "POST " + path +
                        " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the tutorial's mesh lets its two calls pass, and denies each as the tutorial does") {
  const SystemClock clock;
  MeshOptions options = tutorial_at("127.92.1.0");
  std::mutex mutex;
  std::vector<std::string> told;
  options.diagnose = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    told.push_back(line);
  };
  auto mesh = Mesh::start(std::move(options), clock);
  REQUIRE_MESSAGE(mesh.has_value(), mesh.error().message);
  const auto& services = (*mesh)->services();
  REQUIRE(services.size() == 3);
  CHECK(services[0].name == "kong");
  CHECK(services[0].sidecar.empty());
  const std::string gateway = services[0].upstreams.at("web");
  CHECK(gateway == "127.92.1.1:9090");
  CHECK(services[1].sidecar == "127.92.1.3:20000");
  CHECK(services[1].application == "127.92.1.3:9090");
  CHECK(services[1].upstreams.at("api") == "127.92.1.3:9091");
  CHECK(services[2].spiffe_id == "spiffe:///ns/default/dc/dc1/svc/api");
  const std::string consul = (*mesh)->consul().str();

  const std::string passed = get(gateway, "/");
  CHECK(passed.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(contains(passed, "Response from API v1"));

  const std::string path = "/v1/connect/intentions";
  const std::string web_api =
      R"({"SourceName":"web","DestinationName":"api","SourceType":"consul","Action":"deny"})";
  CHECK(post(consul, path, web_api).starts_with("HTTP/1.1 200 OK\r\n"));
  const std::string failed = get(gateway, "/");
  CHECK(failed.starts_with("HTTP/1.1 500 "));
  CHECK(contains(failed,
                 "Error communicating with upstream service: Get http://localhost:9091/: EOF"));

  const std::string kong_web =
      R"({"SourceName":"kong","DestinationName":"web","SourceType":"consul","Action":"deny"})";
  CHECK(post(consul, path, kong_web).starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(get(gateway, "/").empty());

  const MeshStatus status = (*mesh)->status();
  CHECK(status.roots == 1);
  CHECK(status.intentions == std::vector<std::string>{"kong => web (deny)", "web => api (deny)"});
  REQUIRE(status.services.size() == 3);
  CHECK(status.services[1].sidecar.accepted == 2);
  CHECK(status.services[1].sidecar.denied == 1);
  CHECK(status.services[1].sidecar.refused == 0);
  CHECK(status.services[1].failures == 1);
  CHECK(status.services[2].sidecar.denied == 1);
  mesh->reset();
  const std::lock_guard lock(mutex);
  CHECK(contains(told.at(0), "denied"));
}

TEST_CASE("the catalog shows services and sidecars as Consul does, and dials no gateway") {
  const SystemClock clock;
  const auto mesh = Mesh::start(tutorial_at("127.92.2.0"), clock);
  REQUIRE_MESSAGE(mesh.has_value(), mesh.error().message);
  const std::string consul = (*mesh)->consul().str();
  const std::string services = get(consul, "/v1/catalog/services");
  for (const char* name : {"\"api\"", "\"api-sidecar-proxy\"", "\"kong\"", "\"kong-sidecar-proxy\"",
                           "\"web\"", "\"web-sidecar-proxy\"", "\"consul\""}) {
    CAPTURE(name);
    CHECK(contains(services, name));
  }
  const std::string web = get(consul, "/v1/health/connect/web?passing");
  CHECK(contains(web, "\"Address\": \"127.92.2.3\""));
  CHECK(contains(web, "\"Port\": 20000"));
  CHECK(contains(web, "\"DestinationName\": \"api\""));
  CHECK(get(consul, "/v1/health/connect/kong?passing").ends_with("\r\n\r\n[]\n"));
}

TEST_CASE("a topology's intentions, keys and default are the agent's") {
  const SystemClock clock;
  MeshOptions options = tutorial_at("127.92.3.0");
  options.topology.allow_by_default = false;
  options.topology.intentions = {
      {.source = "kong", .destination = "web", .action = IntentionAction::allow}};
  options.topology.kv = {{"a/b", "value"}};
  const auto mesh = Mesh::start(std::move(options), clock);
  REQUIRE_MESSAGE(mesh.has_value(), mesh.error().message);
  const std::string consul = (*mesh)->consul().str();
  CHECK(get(consul, "/v1/kv/a/b?raw").ends_with("value"));
  CHECK((*mesh)->status().intentions == std::vector<std::string>{"kong => web (allow)"});
  // Nothing lets web call api.
  CHECK(get((*mesh)->services()[0].upstreams.at("web"), "/").starts_with("HTTP/1.1 500 "));
}

TEST_CASE("an address that is taken starts nothing, and the error says whose it is") {
  const SystemClock clock;
  for (const char* address : {"127.92.4.4:20000", "127.92.4.3:9090", "127.92.4.1:9090"}) {
    CAPTURE(address);
    const Socket holder;
    const sockaddr_in taken = Socket::parse(address);
    REQUIRE(::bind(holder.fd(), reinterpret_cast<const sockaddr*>(&taken), sizeof taken) == 0);
    REQUIRE(::listen(holder.fd(), 1) == 0);
    const auto mesh = Mesh::start(tutorial_at("127.92.4.0"), clock);
    REQUIRE_FALSE(mesh);
    CHECK(mesh.error().code == ErrorCode::unreachable);
    CHECK(contains(mesh.error().message, address));
    CHECK(contains(mesh.error().message, "--network"));
  }
  // Nothing of the failed ones is left.
  const auto first = Mesh::start(tutorial_at("127.92.4.0"), clock);
  REQUIRE_MESSAGE(first.has_value(), first.error().message);
  MeshOptions options = tutorial_at("127.92.5.0");
  options.consul = (*first)->consul();
  const auto second = Mesh::start(std::move(options), clock);
  REQUIRE_FALSE(second);
  CHECK(contains(second.error().message, "Consul"));
  CHECK(contains(second.error().message, "--consul-listen"));
}

TEST_CASE("an application of one's own takes the place of the sample service") {
  const SystemClock clock;
  const auto other = Mesh::start(tutorial_at("127.92.6.0"), clock);
  REQUIRE_MESSAGE(other.has_value(), other.error().message);
  MeshOptions options = tutorial_at("127.92.7.0");
  options.topology.services[0].application = (*other)->services()[2].application;
  options.topology.services[0].calls.clear();
  const auto mesh = Mesh::start(std::move(options), clock);
  REQUIRE_MESSAGE(mesh.has_value(), mesh.error().message);
  CHECK((*mesh)->services()[1].application == "127.92.6.4:9090");
  CHECK(contains(get((*mesh)->services()[0].upstreams.at("web"), "/"), "Response from API v1"));
}

TEST_CASE("the hosts file names each service and its sidecar as a cluster does") {
  Topology topology = tutorial_topology();
  topology.network = *IpAddress::parse("127.92.8.0");
  const std::string text = hosts_text(placed(topology));
  CHECK(text.starts_with("# gatewayctl mesh"));
  CHECK(contains(text, "\n127.92.8.1 localhost\n"));
  CHECK(contains(text, "\n127.92.8.3 web web.default web.default.svc "));
  CHECK(contains(text, " web-sidecar.default.svc.cluster.local "));
  CHECK(contains(text, " web.service.dc1.consul "));
  CHECK(contains(text, "\n127.92.8.4 api "));
  topology.services[0].name = "not a host";
  CHECK_FALSE(contains(hosts_text(placed(topology)), "not a host"));
}

TEST_CASE("what an agent of 1.11 does otherwise follows from the version") {
  CHECK(is_since("1.11.0", 1, 11));
  CHECK(is_since("1.11", 1, 11));
  CHECK(is_since("2.0.1", 1, 11));
  CHECK_FALSE(is_since("1.8.7", 1, 11));
  CHECK_FALSE(is_since("1", 1, 11));
  Topology topology = tutorial_topology();
  CHECK(agent_settings(topology).leaves.profile == LeafProfile::v1_8);
  topology.consul.version = "1.12.2";
  topology.acl.enabled = true;
  topology.acl.allow_by_default = false;
  topology.acl.tokens = {{.secret = "s",
                          .management = false,
                          .rules = {{.resource = "service",
                                     .name = "web",
                                     .is_prefix = false,
                                     .access = "write",
                                     .intentions = "read"}}}};
  const AgentSettings settings = agent_settings(topology);
  CHECK(settings.leaves.profile == LeafProfile::v1_11);
  CHECK(settings.leaves.renews_unasked);
  CHECK_FALSE(settings.allow_by_default);
  REQUIRE(settings.acl.tokens.size() == 1);
  CHECK(settings.acl.tokens[0].rules.at(0).access == Access::write);
  CHECK(settings.acl.tokens[0].rules.at(0).intentions == Access::read);
}

}  // namespace
}  // namespace gw::mesh
