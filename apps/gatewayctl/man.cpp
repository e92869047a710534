#include "cli/man.h"

#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "certificates/json.h"
#include "command.h"
#include "config/codes.h"
#include "consul_log.h"
#include "man_mesh.h"
#include "net/redis_failure.h"
#include "output.h"

namespace gw::app {
namespace {

cli::ManSection diagnostics_section() {
  cli::ManSection section{.title = "Diagnostics", .rows = {}};
  for (const config::CodeRow& row : config::codes()) {
    section.rows.push_back({.term = fmt::format("{} {}", row.code, row.name),
                            .text = fmt::format("{}. {}", row.summary, row.mend)});
  }
  return section;
}

// What serve says of the Redis that it counts in.
cli::ManSection redis_section() {
  cli::ManSection section{.title = "Events of policy redis", .rows = {}};
  for (const net::RedisEvent& event : net::redis_events()) {
    section.rows.push_back({.term = std::string(event.name), .text = std::string(event.meaning)});
  }
  return section;
}

cli::ManSection json_section(std::span<const certificates::JsonRow> rows) {
  cli::ManSection section{.title = "JSON", .rows = {}};
  for (const certificates::JsonRow& row : rows) {
    section.rows.push_back({.term = std::string(row.part), .text = std::string(row.meaning)});
  }
  return section;
}

// Those of Consul's own clients, and what they do here.
cli::ManSection consul_section() {
  return {
      .title = "Environment",
      .rows = {
          {"CONSUL_HTTP_ADDR", "the agent: host:port, http://, https:// or unix:///path"},
          {"CONSUL_HTTP_TOKEN", "the ACL token; it needs service:write on the service"},
          {"CONSUL_HTTP_TOKEN_FILE",
           "a file that holds the token, read again for each request; wins when it is not empty"},
          {"CONSUL_HTTP_AUTH", "user:password for HTTP basic authentication"},
          {"CONSUL_HTTP_SSL", "true: https, whatever the address says"},
          {"CONSUL_HTTP_SSL_VERIFY", "false: the agent's certificate is not verified"},
          {"CONSUL_CACERT, CONSUL_CAPATH",
           "a file, or a folder, of the CAs that the agent's https is verified against; not "
           "the mesh's roots"},
          {"CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY",
           "the certificate and key to show to the agent; both or none"},
          {"CONSUL_TLS_SERVER_NAME", "the name that the agent's certificate has to have"},
          {"CONSUL_NAMESPACE, CONSUL_PARTITION", "of the service (Consul Enterprise)"},
      }};
}

// What serve and certs fetch --watch say of a mesh's certificates.
cli::ManSection consul_events_section() {
  cli::ManSection section{.title = "Events of Consul and certificates", .rows = {}};
  for (const ConsulEvent& event : consul_events()) {
    section.rows.push_back({.term = std::string(event.name), .text = std::string(event.meaning)});
  }
  return section;
}

cli::ManSection references_section() {
  return {.title = "References to secrets",
          .rows = {
              {"{vault://env/NAME}", "an environment variable, upper-cased, '-' as '_'"},
              {"{vault://file/PATH}",
               "a file's text, read at start and by SIGHUP; file//etc/x is absolute"},
              {"{vault://consul/leaf/SERVICE/cert}, .../key",
               "what Consul's agent issues for the service, kept fresh"},
              {"{vault://consul/roots}", "the roots of Consul's mesh, kept fresh"},
          }};
}

std::string page_names() {
  std::string out;
  for (const cli::CommandSpec& command : cli::commands()) {
    out.append(cli::page_name(command)).append("\n");
  }
  return out;
}

std::string page(const cli::CommandSpec& command) {
  std::vector<cli::ManSection> more = mesh_sections(command.name);
  if (command.name == "validate") more.push_back(diagnostics_section());
  if (command.name == "serve") {
    more = {references_section(), redis_section(), consul_events_section(), consul_section()};
  }
  if (command.name == "certs fetch") more = {consul_events_section(), consul_section()};
  if (command.name == "certs show") more.push_back(json_section(certificates::show_json_rows()));
  if (command.name == "certs verify") {
    more.push_back(json_section(certificates::verify_json_rows()));
  }
  return cli::man_page(command, more);
}

}  // namespace

cli::Exit run_man(const cli::Invocation& invocation) {
  const std::string name = invocation.value("PAGE", "gatewayctl");
  const cli::CommandSpec* command = cli::find_page(name);
  if (command == nullptr) {
    return fail_usage(invocation, fmt::format("there is no page '{}'; --list shows which there are",
                                              printable(name)));
  }
  const std::string text = invocation.has("--list") ? page_names() : page(*command);
  return print(text) ? cli::Exit::ok : cli::Exit::unreachable;
}

}  // namespace gw::app
