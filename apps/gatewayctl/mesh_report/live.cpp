#include "mesh_report/live.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh_report/table.h"

namespace gw::mesh_report {
namespace {

using mesh::MeshStatus;

constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kMostIntentions = 4;

std::string agent_line(const MeshStatus& status) {
  std::string out = fmt::format("agent: {} answer{}, {} waiting, {} root{}", status.consul_requests,
                                status.consul_requests == 1 ? "" : "s", status.consul_waiting,
                                status.roots, status.roots == 1 ? "" : "s");
  if (status.agent_down) return out + "; DOWN";
  if (status.agent_delay.count() > 0) {
    out += fmt::format("; SLOW by {} ms", status.agent_delay.count());
  }
  return out;
}

std::string intention_line(const MeshStatus& status) {
  const auto& all = status.intentions;
  if (all.empty()) return "intentions: none";
  std::vector<std::string> first;
  for (const std::string& one : all) {
    if (first.size() < kMostIntentions) first.push_back(printable(one));
  }
  std::string out = "intentions: " + join(first, ", ");
  if (all.size() > first.size()) out += fmt::format(" and {} more", all.size() - first.size());
  return out;
}

std::vector<std::string> service_lines(const MeshStatus& status) {
  std::vector<Row> rows{{"SERVICE", "OPEN", "LET IN", "DENIED", "REFUSED", "CUT", "DIALLED",
                         "FAILED", "ANSWERED", "ERRORS"}};
  for (const MeshStatus::Service& service : status.services) {
    Row row{printable(service.name)};
    const mesh::SidecarCounts& counts = service.sidecar;
    for (const std::uint64_t count :
         {counts.open, counts.accepted, counts.denied, counts.refused, counts.cut, counts.dialled,
          counts.failed, service.requests, service.failures}) {
      row.push_back(std::to_string(count));
    }
    rows.push_back(std::move(row));
  }
  return align(rows, 1);
}

// The first `width` characters of well-formed UTF-8.
std::string cut(const std::string& text, std::size_t width) {
  std::size_t at = 0;
  std::size_t seen = 0;
  while (at < text.size()) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && ++seen > width) break;
    ++at;
  }
  return text.substr(0, at);
}

std::string paint(const std::string& text, std::string_view color, bool wanted) {
  return wanted && !color.empty() ? fmt::format("{}{}{}", color, text, kPlain) : text;
}

std::string_view color_of(const MeshStatus::Service& service) {
  const mesh::SidecarCounts& counts = service.sidecar;
  if (counts.refused > 0) return kRed;
  return counts.denied + counts.failed + counts.cut + service.failures > 0 ? kYellow
                                                                           : std::string_view{};
}

}  // namespace

std::vector<std::string> live_lines(const MeshStatus& status, bool color, std::size_t width) {
  const std::string_view agent =
      status.agent_down || status.agent_delay.count() > 0 ? kRed : std::string_view{};
  std::vector<std::string> out{paint(cut(agent_line(status), width), agent, color),
                               cut(intention_line(status), width)};
  const auto rows = service_lines(status);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string_view paint_of = i == 0 ? kDim : color_of(status.services[i - 1]);
    out.push_back(paint(cut(rows[i], width), paint_of, color));
  }
  return out;
}

std::string LiveView::update(std::vector<std::string> lines) {
  if (lines == shown_) return {};
  std::string out;
  // Up to where it began, then away with all that stood there.
  if (!shown_.empty()) out = fmt::format("\x1b[{}A\r\x1b[J", shown_.size());
  for (const std::string& line : lines) out.append(line).append("\n");
  shown_ = std::move(lines);
  return out;
}

}  // namespace gw::mesh_report
