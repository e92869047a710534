// The subcommands: each parses its flags, calls libcore and prints.
#pragma once

#include "cli/parse.h"

namespace gw::app {

using Run = cli::Exit (*)(const cli::Invocation&);

[[nodiscard]] cli::Exit run_validate(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_replay(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_serve(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_certs_fetch(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_certs_needs_renewal(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_certs_show(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_certs_verify(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_mesh_up(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_mesh_intention_create(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_mesh_intention_delete(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_mesh_intention_list(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_mesh_intention_check(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_mesh_fault(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_config_schema(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_config_convert(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_completion(const cli::Invocation& invocation);
[[nodiscard]] cli::Exit run_man(const cli::Invocation& invocation);

}  // namespace gw::app
