#include "serve_plan.h"

#include <array>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/load.h"
#include "model/entities.h"
#include "net/server_tls.h"
#include "node_settings.h"
#include "output.h"
#include "proxy/load_files.h"
#include "proxy/tls_material.h"

namespace gw::app {
namespace {

struct FlagSetting {
  std::string_view flag;
  std::string_view setting;
};
constexpr std::array kFlagSettings{FlagSetting{"--proxy-listen", "proxy_listen"},
                                   FlagSetting{"--admin-listen", "admin_listen"},
                                   FlagSetting{"--workers", "nginx_worker_processes"},
                                   FlagSetting{"--access-log", "proxy_access_log"},
                                   FlagSetting{"--access-log-format", "access_log_format"},
                                   FlagSetting{"--drain-timeout", "drain_timeout"}};

// A path of the command line is seen from where the command runs, not from the prefix.
std::string absolute_log(const std::string& path) {
  if (path == "-" || path == "off") return path;
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.string();
}

Result<gateway::WrittenSetting> read_flag(const FlagSetting& row, const std::string& value,
                                          Inputs& inputs) {
  gateway::ServerSettings scratch;
  std::vector<std::string> ignored;
  if (auto read = gateway::apply_server_setting(scratch, row.setting, value, ignored); !read) {
    std::string why = read.error().message;
    why.erase(0, fmt::format("setting {}: ", row.setting).size());
    return gw::fail(ErrorCode::invalid, fmt::format("{} is {}", row.flag, why));
  }
  const auto file = inputs.sources.add(std::string(row.flag), value);
  const auto end = static_cast<std::uint32_t>(value.size() + 1);
  return gateway::WrittenSetting{
      .name = std::string(row.setting),
      .value = value,
      .where = {.file = file, .line = 1, .column = 1, .end_line = 1, .end_column = end}};
}

std::nullopt_t refuse(const Error& error, Inputs& inputs) {
  if (fail(error) == cli::Exit::unreachable) inputs.unreachable = true;
  return std::nullopt;
}

Result<std::vector<gateway::WrittenSetting>> read_serve_flags(const cli::Invocation& invocation,
                                                              Inputs& inputs) {
  auto written = read_set_flags(invocation, inputs);
  if (!written) return written;
  for (const FlagSetting& row : kFlagSettings) {
    const std::string flag(row.flag);
    if (!invocation.has(flag)) continue;
    std::string value = join(invocation.values(flag), ", ");
    if (row.flag == "--access-log") value = absolute_log(value);
    auto setting = read_flag(row, value, inputs);
    if (!setting) return std::unexpected(std::move(setting.error()));
    written->push_back(std::move(*setting));
  }
  return written;
}

std::string count(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string places(std::span<const gateway::Listener> listeners) {
  std::vector<std::string> texts;
  for (const gateway::Listener& listener : listeners) {
    texts.push_back(gateway::address_text(listener.address, listener.port) +
                    (listener.tls ? " (TLS)" : ""));
  }
  return texts.empty() ? "nowhere" : join(texts, ", ");
}

Result<std::shared_ptr<const net::ServerTls>> make_admin_tls(const proxy::TlsMaterial& tls) {
  if (!tls.admin) return nullptr;
  return net::ServerTls::create({.fallback = tls.admin});
}

}  // namespace

config::LoadOptions serve_options(const cli::Invocation& invocation) {
  config::LoadOptions options = load_options(invocation);
  options.refuse_unsupported_guards = true;
  for (const std::string& names : invocation.values("--allow-unsupported-plugins")) {
    for (const std::string_view name : split_list(names)) options.allow_unsupported.emplace(name);
  }
  return options;
}

Result<gateway::NodeSettings> read_serve_settings(const cli::Invocation& invocation,
                                                  Inputs& inputs) {
  const auto flags = read_serve_flags(invocation, inputs);
  if (!flags) return std::unexpected(flags.error());
  if (auto patches = read_patches(invocation, inputs); !patches) {
    return std::unexpected(std::move(patches.error()));
  }
  return read_settings(invocation, *flags, inputs);
}

std::vector<std::string> config_paths(const cli::Invocation& invocation,
                                      const gateway::ServerSettings& settings) {
  if (invocation.has("--config")) return invocation.values("--config");
  if (!settings.declarative_config.empty()) return {settings.declarative_config};
  return {};
}

std::optional<ServePlan> make_plan(const cli::Invocation& invocation,
                                   gateway::NodeSettings settings, const proxy::TlsMaterial* before,
                                   WallSeconds now, ServeConsul& consul, Inputs& inputs) {
  read_configs(config_paths(invocation, settings.server), inputs);
  if (inputs.unreachable) return std::nullopt;
  auto loaded =
      config::load(inputs.documents, inputs.patches, serve_options(invocation), inputs.diagnostics);
  if (!loaded || inputs.diagnostics.errors() > 0) return std::nullopt;
  const model::Level level = loaded->config.level;
  gateway::complete(settings.server, level);
  ServePlan plan;
  plan.settings = std::move(settings.server);
  plan.decisions = std::move(settings.decisions);
  if (const auto files = proxy::load_files(plan.settings); !files) {
    return refuse(files.error(), inputs);
  }
  auto tls = proxy::make_tls_material(plan.settings, before, now);
  if (!tls) return refuse(tls.error(), inputs);
  plan.tls = std::move(*tls);
  auto admin_tls = make_admin_tls(plan.tls);
  if (!admin_tls) return refuse(admin_tls.error(), inputs);
  plan.admin_tls = std::move(*admin_tls);
  plan.needs = proxy::consul_needs(loaded->config, !plan.tls.trusted.empty());
  if (plan.needs.any()) plan.unresolved = loaded->config;
  if (!invocation.has("--test")) {
    if (const auto asked = consul.need(plan.needs); !asked) return refuse(asked.error(), inputs);
  }
  auto generation =
      app::make_generation(std::move(loaded->config), plan.decisions, plan.tls, consul);
  if (!generation) return refuse(generation.error(), inputs);
  plan.generation = std::move(*generation);
  const bool unseen = plan.settings.admin_listen.empty() && before == nullptr;
  if (unseen) return plan;
  plan.catalogue =
      admin::Catalogue::make(std::move(inputs.documents), inputs.patches, level, WallTime(now));
  return plan;
}

std::string describe(const ServePlan& plan) {
  const model::Config& config = *plan.generation->config;
  return fmt::format("{}, {}, {}, as Kong {}; proxy on {}; admin on {}",
                     count(config.services.size(), "service", "services"),
                     count(config.routes.size(), "route", "routes"),
                     count(config.consumers.size(), "consumer", "consumers"), config.level.str(),
                     places(plan.settings.proxy_listen), places(plan.settings.admin_listen));
}

}  // namespace gw::app
