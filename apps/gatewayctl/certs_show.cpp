#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.h"
#include "certificates/files.h"
#include "certificates/json.h"
#include "certificates/text.h"
#include "command.h"
#include "output.h"

namespace gw::app {

cli::Exit run_certs_show(const cli::Invocation& invocation) {
  const auto found = certificates::find_certificates(invocation.values("PATH"));
  for (const Error& error : found.errors) complain(fmt::format("gatewayctl: {}\n", error.message));
  const WallSeconds now = whole_seconds(SystemClock().now().wall);
  const std::string text =
      invocation.value("--format", "text") == "json"
          ? certificates::to_json(found, now)
          : certificates::to_text(found.files, now, color_for(invocation, STDOUT_FILENO));
  const bool all_read = print(text) && found.errors.empty();
  return all_read ? cli::Exit::ok : cli::Exit::unreachable;
}

}  // namespace gw::app
