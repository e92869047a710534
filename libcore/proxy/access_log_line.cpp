#include "proxy/access_log_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace gw::proxy {
namespace {

using gateway::AccessLogFormat;
using std::chrono::microseconds;
constexpr std::string_view kHex = "0123456789ABCDEF";

// How an octet that cannot stand as it is, is written: nginx's \xHH, JSON's \u00HH.
constexpr std::string_view escape_of(AccessLogFormat format) {
  return format == AccessLogFormat::json ? "\\u00" : "\\x";
}

bool is_printable(char c) {
  return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
}

void append_escaped(std::string& out, std::string_view text, AccessLogFormat format) {
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_printable(text[i])) continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    const auto octet = static_cast<unsigned char>(text[i]);
    out += escape_of(format);
    out += kHex[octet >> 4];
    out += kHex[octet & 15];
  }
  out.append(text, plain);
}

void append_uint(std::string& out, std::uint64_t number) {
  std::array<char, 24> digits{};
  out += format_uint(number, digits);
}

// ".345"
void append_thousandths(std::string& out, std::uint64_t number) {
  const auto digit = [](std::uint64_t value) { return static_cast<char>('0' + value % 10); };
  out += '.';
  out += digit(number / 100);
  out += digit(number / 10);
  out += digit(number);
}

// "12.345"
void append_ms(std::string& out, microseconds span) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(span.count(), 0));
  append_uint(out, us / 1000);
  append_thousandths(out, us % 1000);
}

void append_ip(std::string& out, const IpAddress& ip) {
  std::array<char, IpAddress::kTextSize> text{};
  out += ip.write(text);
}

// Query and userinfo of a URL may hold secrets.
struct Referer {
  std::string_view before;  // scheme and slashes
  std::string_view after;   // host and path
};
Referer without_secrets(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slashes = url.find("//");
  const std::size_t host = slashes == std::string_view::npos ? 0 : slashes + 2;
  const std::string_view authority = url.substr(host, url.find('/', host) - host);
  const std::size_t at = authority.rfind('@');
  const std::size_t skipped = at == std::string_view::npos ? 0 : at + 1;
  return {url.substr(0, host), url.substr(host + skipped)};
}

void append_referer(std::string& out, std::string_view url, AccessLogFormat format) {
  const Referer referer = without_secrets(url);
  append_escaped(out, referer.before, format);
  append_escaped(out, referer.after, format);
}

void append_or_dash(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += '-';
  } else {
    append_escaped(out, text, AccessLogFormat::combined);
  }
}

// The user's place in "combined" stands bare: a space in the name would shift what follows.
void append_user(std::string& out, std::string_view name) {
  for (std::size_t at = 0; at <= name.size() && !name.empty();) {
    const std::size_t space = std::min(name.find(' ', at), name.size());
    append_escaped(out, name.substr(at, space - at), AccessLogFormat::combined);
    if (space < name.size()) out += "\\x20";
    at = space + 1;
  }
  if (name.empty()) out += '-';
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out += ",\"";
  out += key;
  out += "\":";
  if (text.empty()) {
    out += "null";
    return;
  }
  out += '"';
  append_escaped(out, text, AccessLogFormat::json);
  out += '"';
}

std::string combined_time(WallSeconds second) {
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{second - day};
  return fmt::format("{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000", static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

// Without the Z: milliseconds follow.
std::string json_time(WallSeconds second) {
  std::string text = format_rfc3339(second);
  text.pop_back();
  return text;
}

}  // namespace

AccessLine::AccessLine(AccessLogFormat format, std::vector<std::string> query)
    : format_(format), query_(std::move(query)) {}

void AccessLine::write(const AccessEntry& entry, std::string& out) {
  remember_second(entry.time);
  if (format_ == AccessLogFormat::json) {
    write_json(entry, out);
  } else {
    write_combined(entry, out);
  }
  out += '\n';
}

void AccessLine::remember_second(WallTime time) {
  const WallSeconds second = whole_seconds(time);
  if (second_ == second) return;
  second_ = second;
  second_text_ = format_ == AccessLogFormat::json ? json_time(second) : combined_time(second);
}

// nginx: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent
// "$http_referer" "$http_user_agent"', with the consumer as the user.
void AccessLine::write_combined(const AccessEntry& entry, std::string& out) const {
  append_ip(out, entry.client);
  out += " - ";
  append_user(out, entry.consumer);
  out += " [";
  out += second_text_;
  out += "] \"";
  append_or_dash(out, entry.method);
  if (!entry.method.empty()) {
    out += ' ';
    write_path(entry.target, out);
    out += ' ';
    append_escaped(out, entry.version, format_);
  }
  out += "\" ";
  append_uint(out, entry.status);
  out += ' ';
  append_uint(out, entry.body_bytes);
  out += " \"";
  if (entry.referer.empty()) out += '-';
  append_referer(out, entry.referer, format_);
  out += "\" \"";
  append_or_dash(out, entry.user_agent);
  out += '"';
}

void AccessLine::write_json(const AccessEntry& entry, std::string& out) const {
  out += "{\"time\":\"";
  out += second_text_;
  append_thousandths(out, static_cast<std::uint64_t>((entry.time - *second_).count()) / 1000);
  out += "Z\",\"client_ip\":\"";
  append_ip(out, entry.client);
  out += '"';
  append_member(out, "method", entry.method);
  out += ",\"path\":\"";
  write_path(entry.target, out);
  out += '"';
  append_member(out, "version", entry.version);
  out += ",\"status\":";
  append_uint(out, entry.status);
  out += ",\"bytes\":";
  append_uint(out, entry.body_bytes);
  out += ",\"request_ms\":";
  append_ms(out, entry.duration);
  out += ",\"upstream_ms\":";
  if (entry.upstream_latency) {
    append_ms(out, *entry.upstream_latency);
  } else {
    out += "null";
  }
  append_member(out, "upstream", entry.upstream);
  append_member(out, "route", entry.route);
  append_member(out, "service", entry.service);
  append_member(out, "consumer", entry.consumer);
  append_member(out, "request_id", entry.request_id);
  append_member(out, "user_agent", entry.user_agent);
  out += ",\"referer\":";
  if (entry.referer.empty()) {
    out += "null}";
    return;
  }
  out += '"';
  append_referer(out, entry.referer, format_);
  out += "\"}";
}

bool AccessLine::is_named(std::string_view parameter) const {
  return std::ranges::find(query_, parameter.substr(0, parameter.find('='))) != query_.end();
}

void AccessLine::write_path(std::string_view target, std::string& out) const {
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  if (path.starts_with('/')) {
    append_escaped(out, path, format_);
  } else {
    append_referer(out, path, format_);  // the absolute form may carry userinfo
  }
  if (query_.empty() || question == std::string_view::npos) return;
  char separator = '?';
  for (std::string_view rest = target.substr(question + 1); !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view parameter = rest.substr(0, end);
    if (is_named(parameter)) {
      out += std::exchange(separator, '&');
      append_escaped(out, parameter, format_);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace gw::proxy
