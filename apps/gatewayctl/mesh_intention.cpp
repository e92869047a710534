#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "command.h"
#include "consul/intentions.h"
#include "mesh_consul.h"
#include "mesh_report/intentions.h"
#include "output.h"

namespace gw::app {
namespace {

using connect::IntentionAction;
using consul::IntentionClient;

// Who is asked, about whom.
struct Question {
  const cli::Invocation& invocation;
  IntentionClient& consul;
  std::string source;
  std::string destination;
};

// Runs `act` with a client, unless the command line or what it names is wrong.
cli::Exit with_consul(const cli::Invocation& invocation, cli::Exit (*act)(const Question&)) {
  const std::string source = invocation.value("SOURCE");
  const std::string destination = invocation.value("DESTINATION");
  if (!invocation.command().arguments.empty()) {
    for (const std::string& name : {source, destination}) {
      const auto good = consul::check_intention_name(name);
      if (!good) return fail_usage(invocation, good.error().message);
    }
  }
  const auto settings = read_mesh_consul(invocation);
  if (!settings) {
    return settings.error().code == ErrorCode::invalid
               ? fail_usage(invocation, settings.error().message)
               : fail(settings.error());
  }
  const SystemClock clock;
  consul::Client client(*settings, clock);
  IntentionClient intentions(client);
  return act({invocation, intentions, source, destination});
}

// Words as Consul's own. What was not found is a finding, too; who was not reached is none.
cli::Exit refuse(std::string_view prefix, const Error& error) {
  complain(fmt::format("{}: {}\n", prefix, error.message));
  const bool away = error.code != ErrorCode::invalid && error.code != ErrorCode::missing;
  return away ? cli::Exit::unreachable : cli::Exit::found;
}

cli::Exit say(std::string_view text) {
  return print(text) ? cli::Exit::ok : cli::Exit::unreachable;
}

cli::Exit create(const Question& asked) {
  const bool deny = asked.invocation.has("--deny");
  const consul::NewIntention wanted{
      .what = {.source = asked.source,
               .destination = asked.destination,
               .action = deny ? IntentionAction::deny : IntentionAction::allow},
      .description = asked.invocation.value("--description")};
  const std::string text = printable(connect::describe(wanted.what));
  if (asked.invocation.has("--replace")) {
    const auto old = asked.consul.find(asked.source, asked.destination);
    if (!old && old.error().code != ErrorCode::missing) return refuse("Error", old.error());
    if (old) {
      const auto updated = asked.consul.update(*old, wanted);
      if (updated) return say(fmt::format("Replaced: {}\n", text));
      return refuse(fmt::format("Error replacing intention \"{}\"", text), updated.error());
    }
  }
  const auto created = asked.consul.create(wanted);
  if (created) return say(fmt::format("Created: {}\n", text));
  return refuse(fmt::format("Error creating intention \"{}\"", text), created.error());
}

cli::Exit remove(const Question& asked) {
  const auto found = asked.consul.find(asked.source, asked.destination);
  if (!found) return refuse("Error", found.error());
  const auto removed = asked.consul.remove(*found);
  if (!removed) return refuse("Error deleting the intention", removed.error());
  return say("Intention deleted.\n");
}

cli::Exit list(const Question& asked) {
  const auto all = asked.consul.list();
  if (!all) return refuse("Error listing the intentions", all.error());
  return say(asked.invocation.value("--format", "text") == "json"
                 ? mesh_report::intentions_json(*all)
                 : mesh_report::intentions_text(*all));
}

cli::Exit check(const Question& asked) {
  const auto allowed = asked.consul.check(asked.source, asked.destination);
  if (!allowed) {
    // Whatever it was, it was no "Denied".
    static_cast<void>(refuse("Error checking the connection", allowed.error()));
    return cli::Exit::unreachable;
  }
  if (!print(*allowed ? "Allowed\n" : "Denied\n")) return cli::Exit::unreachable;
  return *allowed ? cli::Exit::ok : cli::Exit::found;
}

}  // namespace

cli::Exit run_mesh_intention_create(const cli::Invocation& invocation) {
  if (invocation.has("--allow") && invocation.has("--deny")) {
    return fail_usage(invocation, "--allow and --deny exclude each other; give one of them");
  }
  return with_consul(invocation, create);
}

cli::Exit run_mesh_intention_delete(const cli::Invocation& invocation) {
  return with_consul(invocation, remove);
}

cli::Exit run_mesh_intention_list(const cli::Invocation& invocation) {
  return with_consul(invocation, list);
}

cli::Exit run_mesh_intention_check(const cli::Invocation& invocation) {
  return with_consul(invocation, check);
}

}  // namespace gw::app
