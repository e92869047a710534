#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "replay/report.h"

namespace gw::replay {
namespace {

using gateway::Trace;

std::string shown(std::string_view name, std::string_view id) {
  if (name.empty()) return printable(id);
  return fmt::format("{} ({})", printable(name), printable(id));
}

class ExplanationText {
 public:
  std::string render(const Explanation& e) {
    put("  {} {} {} from {}{}\n", format_rfc3339(e.at), printable(e.method), printable(e.target),
        e.ip, e.node > 1 ? fmt::format(" at node {}", e.node) : "");
    route(e.trace);
    credential(e.trace);
    for (const Trace::PluginSeen& plugin : e.trace.plugins) add(plugin);
    for (const Trace::Counter& counter : e.trace.counters) add(counter);
    for (const std::string& line : e.mesh) put("    mesh        {}\n", printable(line));
    response(e);
    return std::move(out_);
  }

 private:
  void route(const Trace& trace) {
    put("    route       {}\n",
        trace.route ? shown(trace.route->name, trace.route->id) : std::string("none matched"));
    for (const Trace::RouteSeen& next : trace.next) {
      put("      not       {}: {}\n", shown(next.name, next.id), printable(next.why_not));
    }
  }

  void credential(const Trace& trace) {
    if (!trace.credential) return;
    const Trace::Credential& c = *trace.credential;
    put("    credential  {} key {} of {} ({})\n", printable(c.plugin), printable(c.key),
        printable(c.consumer), printable(c.id));
  }

  void add(const Trace::PluginSeen& plugin) {
    if (plugin.applied_id.empty()) {
      put("    plugin      {}: no instance applied\n", printable(plugin.name));
    } else {
      put("    plugin      {}: the one of {} ({})\n", printable(plugin.name),
          printable(plugin.applied_scope), printable(plugin.applied_id));
    }
    for (const Trace::Lost& lost : plugin.lost) {
      put("      not       the one of {} ({}): {}\n", printable(lost.scope), printable(lost.id),
          printable(lost.why));
    }
  }

  void add(const Trace::Counter& counter) {
    put("    counter     {} {}: {} -> {} of {} {} {}\n", printable(counter.store),
        printable(counter.key), counter.before, counter.after, format_number(counter.limit),
        counter.period == model::Period::hour ? "an" : "a", model::row(counter.period).name);
  }

  void response(const Explanation& e) {
    put("    response    HTTP {}\n", e.response.status);
    for (const auto& [header, value] : e.response.headers) {
      put("      {}: {}{}\n", printable(header), printable(value), because(e, header, value));
    }
    for (const std::string_view line : split(e.body, '\n')) {
      if (!line.empty()) put("      | {}\n", printable(line));
    }
  }

  static std::string because(const Explanation& e, std::string_view header,
                             std::string_view value) {
    for (const Trace::Header& known : e.trace.headers) {
      if (iequals(known.name, header) && known.value == value) {
        return "    <- " + printable(known.because);
      }
    }
    return {};
  }

  template <class... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  std::string out_;
};

}  // namespace

std::string explanation_text(const Explanation& explanation) {
  return ExplanationText().render(explanation);
}

}  // namespace gw::replay
