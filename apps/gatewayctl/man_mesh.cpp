#include "man_mesh.h"

#include "mesh_report/intentions.h"

namespace gw::app {
namespace {

cli::ManSection topology_section() {
  return {
      .title = "Topology",
      .rows = {
          {"services",
           "the services by name, in the order of their addresses; `api: {}` is one as they come. "
           "Required"},
          {"services.NAME.calls",
           "a list of services that it calls, or a mapping of them to the local ports where its "
           "sidecar listens for that; 9091, 9092 and so on by default. The sample service calls "
           "them in this order"},
          {"services.NAME.port, .sidecar",
           "ports of the application (9090) and of its sidecar (20000)"},
          {"services.NAME.address",
           "its address, one of 127.0.0.0/8; by default the next of the network"},
          {"services.NAME.application",
           "IP:PORT of an application of your own that takes the place of the sample service"},
          {"services.NAME.name, .message, .ip_addresses",
           "what the sample service calls itself, says and shows; by default the service's name, "
           "Hello World and its address"},
          {"services.NAME.delay",
           "how long the sample service takes, such as 20ms; `timing: {p50, p90, p99, variance}` "
           "instead for a distribution, variance in percent"},
          {"services.NAME.error",
           "errors that it makes: {rate: 0.1, code: 500, type: http_error or delay, delay: 1s}"},
          {"services.NAME.rate_limit", "{rate: 10, code: 503}, requests a second"},
          {"services.NAME.behind", "only for scenarios; `mesh up` ignores it"},
          {"gateway",
           "the gateway's identity, as a name, which then calls the first service; or {name: kong, "
           "calls: {web: 9090}}: its sidecar listens at the network's first address, from 9090 on"},
          {"default", "allow or deny: what holds where no intention does; allow by default"},
          {"intentions",
           "a list of such as `deny web api`: ACTION SOURCE DESTINATION, * is any service"},
          {"network", "127.X.Y.0; --network wins over it"},
          {"deny",
           "how a sidecar refuses whom an intention denies: close, after the handshake, as Envoy "
           "does under Consul 1.8 (the default), or alert, within it, as Consul's built-in proxy "
           "does"},
          {"cut", "true: an intention that denies also ends connections that run"},
          {"consul.datacenter", "dc1 by default"},
          {"consul.version",
           "which Consul the agent says it is, 1.8.7 by default; from 1.11 on leaves have no "
           "common name, and a request that does not wait renews them, too"},
          {"consul.leaf_ttl", "how long leaves hold, 72h by default"},
          {"consul.rotation_spread",
           "after a rotation leaves are issued anew within this time; 0s by default, where "
           "Consul's agents take 30s"},
          {"acl",
           "switches ACLs on: default (allow or deny), tokens (each with secret, and management: "
           "true or rules) and anonymous (rules). Rules are of agent, key, node, service, session, "
           "each also with _prefix, as {NAME: read}, and `operator: read`; the rule of a service "
           "may be {policy: write, intentions: read}"},
          {"kv", "keys and values that the store begins with"},
      }};
}

cli::ManSection ready_section() {
  return {.title = "Ready file",
          .rows = {
              {".consul", "where the agent listens, ADDRESS:PORT"},
              {".services.NAME",
               "sidecar and app (ADDRESS:PORT each; null for a gateway, which has none) and "
               "upstreams: of each service that it calls, where its sidecar listens for that"},
              {".hosts", "the hosts file, an absolute path"},
              {".pid", "of the mesh; SIGTERM stops it"},
          }};
}

cli::ManSection hosts_section() {
  return {
      .title = "Hosts file",
      .rows = {
          {"gatewayctl serve --set dns_hostsfile=FILE",
           "has a gateway find the services, by names as in a cluster. A file that no mesh has "
           "written is never replaced"},
          {"localhost", "the network's first address, where the gateway's own sidecar listens"},
          {"NAME, NAME-sidecar",
           "the service's address, also with .default, .default.svc and "
           ".default.svc.cluster.local behind; the port tells the application from the sidecar"},
          {"NAME.service.consul, NAME.connect.consul",
           "the same, also with the datacenter before .consul"},
      }};
}

cli::ManSection live_section() {
  return {.title = "Live status",
          .rows = {
              {"OPEN, LET IN", "connections that the sidecar has, and that it has let in so far"},
              {"DENIED", "by an intention"},
              {"REFUSED", "without a certificate, or with one that is not of this mesh"},
              {"CUT", "that ran when an intention came to deny them (with `cut`)"},
              {"DIALLED, FAILED", "to other services' sidecars, and those of them in vain"},
              {"ANSWERED, ERRORS",
               "requests to the sample service, and those of them not answered with 200"},
          }};
}

cli::ManSection fault_section() {
  return {
      .title = "Faults",
      .rows = {
          {"rotate-root",
           "a new root becomes active. The old one stays in the list, the new one is cross-signed "
           "by it, and watched leaves are issued anew"},
          {"expire-leaf SERVICE",
           "every leaf of the service is replaced by one that has ended, which its sidecar shows: "
           "connections to and from it fail. After --for a good one is issued"},
          {"agent slow DURATION", "every answer of the agent comes that much later"},
          {"agent down",
           "connections to the agent are reset without an answer. Sidecars go on with what they "
           "know, as Envoy does"},
          {"agent up", "ends both"},
      }};
}

cli::ManSection consul_section() {
  return {.title = "Environment",
          .rows = {
              {"CONSUL_HTTP_ADDR", "the agent: host:port, http://, https:// or unix:///path"},
              {"CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE",
               "the ACL token, or a file that holds it; changes need intentions:write on the "
               "destination"},
              {"CONSUL_HTTP_AUTH, CONSUL_HTTP_SSL, CONSUL_HTTP_SSL_VERIFY, CONSUL_CACERT, "
               "CONSUL_CAPATH, CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY, CONSUL_TLS_SERVER_NAME, "
               "CONSUL_NAMESPACE, CONSUL_PARTITION",
               "as for gatewayctl certs fetch"},
          }};
}

cli::ManSection list_section() {
  cli::ManSection section{.title = "JSON", .rows = {}};
  for (const mesh_report::JsonRow& row : mesh_report::intentions_json_rows()) {
    section.rows.push_back({.term = std::string(row.part), .text = std::string(row.meaning)});
  }
  return section;
}

}  // namespace

std::vector<cli::ManSection> mesh_sections(std::string_view command) {
  if (command == "mesh up") {
    return {topology_section(), hosts_section(), ready_section(), live_section()};
  }
  if (command == "mesh fault") return {fault_section(), consul_section()};
  if (command == "mesh intention list") return {list_section(), consul_section()};
  if (command.starts_with("mesh intention")) return {consul_section()};
  return {};
}

}  // namespace gw::app
