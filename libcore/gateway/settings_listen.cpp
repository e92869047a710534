#include "gateway/settings_listen.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "gateway/settings_values.h"

namespace gw::gateway {
namespace {

using Take = bool (*)(Listener&, std::string_view value);

// A suffix as it is written, up to its '='. `ignored`: why it changes nothing.
struct Suffix {
  std::string_view name;
  Take take;
  std::string_view ignored = {};
};

bool take_backlog(Listener& listener, std::string_view value) {
  const auto backlog = read_count(value, {1, 1'000'000});
  if (backlog) listener.backlog = static_cast<int>(*backlog);
  return backlog.has_value();
}

bool take_ipv6_only(Listener& listener, std::string_view value) {
  const auto on = read_switch(value);
  if (on) listener.ipv6_only = *on;
  return on.has_value();
}

bool take_nothing(Listener& /*listener*/, std::string_view value) {
  return value.empty();
}

bool take_any(Listener& /*listener*/, std::string_view /*value*/) {
  return true;
}

// Kong 3.9, kong/conf_loader/listeners.lua.
constexpr std::array kSuffixes{
    Suffix{"ssl",
           [](Listener& l, std::string_view value) {
             l.tls = true;
             return value.empty();
           }},
    Suffix{"proxy_protocol",
           [](Listener& l, std::string_view value) {
             l.proxy_protocol = true;
             return value.empty();
           }},
    Suffix{"reuseport", take_nothing},  // every worker has its own socket anyhow
    Suffix{"backlog", take_backlog},
    Suffix{"ipv6only", take_ipv6_only},
    Suffix{"http2", take_nothing, "HTTP/2 is not offered; clients get HTTP/1.1"},
    Suffix{"deferred", take_nothing, "connections are taken at once, with a deadline"},
    Suffix{"bind", take_nothing, "every listener binds on its own"},
    Suffix{"so_keepalive", take_any, "idle connections are closed by their own timer"},
};

constexpr std::string_view kForm =
    "off, or ADDRESS:PORT with suffixes (ssl, proxy_protocol, reuseport, backlog=N, ipv6only=on), "
    "such as 0.0.0.0:8443 ssl";

std::optional<IpAddress> parse_host(std::string_view host) {
  if (host == "localhost") return IpAddress::loopback();
  if (host == "*") return IpAddress::parse("0.0.0.0");
  if (host.starts_with('[') && host.ends_with(']')) {
    return IpAddress::parse(host.substr(1, host.size() - 2));
  }
  const auto address = IpAddress::parse(host);
  return address && address->v4 ? address : std::nullopt;
}

bool read_address(std::string_view text, Listener& listener) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto address = parse_host(text.substr(0, colon));
  const auto port = parse_uint(text.substr(colon + 1));
  if (!address || !port || *port > 65535) return false;
  listener.address = *address;
  listener.port = static_cast<std::uint16_t>(*port);
  return true;
}

bool read_suffix(std::string_view word, Listener& listener, std::vector<std::string>& ignored) {
  const std::size_t equals = word.find('=');
  const auto suffix = std::ranges::find(kSuffixes, word.substr(0, equals), &Suffix::name);
  if (suffix == kSuffixes.end()) return false;
  const auto value =
      equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
  if (!suffix->take(listener, value)) return false;
  if (!suffix->ignored.empty()) {
    ignored.push_back(fmt::format("'{}' has no effect here: {}", suffix->name, suffix->ignored));
  }
  return true;
}

Result<Listener> parse_listener(std::string_view entry, std::vector<std::string>& ignored) {
  const auto words = words_of(entry);
  Listener listener;
  if (!read_address(words.front(), listener)) return wrong_value(entry, kForm);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!read_suffix(words[i], listener, ignored)) return wrong_value(words[i], kForm);
  }
  return listener;
}

bool is_same_place(const Listener& a, const Listener& b) {
  return a.port != 0 && a.port == b.port && a.address == b.address;
}

}  // namespace

std::string address_text(const IpAddress& address, std::uint16_t port) {
  return fmt::format(fmt::runtime(address.v4 ? "{}:{}" : "[{}]:{}"), address.str(), port);
}

Result<std::vector<Listener>> parse_listeners(std::string_view value,
                                              std::vector<std::string>& ignored) {
  const auto entries = split_list(value);
  if (entries.empty()) return wrong_value(value, kForm);
  std::vector<Listener> listeners;
  if (entries.front() == "off") return listeners;
  for (const std::string_view entry : entries) {
    const auto listener = parse_listener(entry, ignored);
    if (!listener) return std::unexpected(listener.error());
    const auto same = [&](const Listener& other) { return is_same_place(other, *listener); };
    if (std::ranges::any_of(listeners, same)) {
      return wrong_value(entry, "each address and port once");
    }
    listeners.push_back(*listener);
  }
  return listeners;
}

}  // namespace gw::gateway
