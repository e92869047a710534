#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "command.h"
#include "config/json_schema.h"
#include "config/kubernetes.h"
#include "config/render.h"
#include "config/writer.h"
#include "inputs.h"
#include "output.h"

namespace gw::app {
namespace {

std::string unknown_name(const std::string& name, model::Level level) {
  const auto known = config::json_schema_names(level);
  const std::string_view near = nearest(name, known);
  return fmt::format("Kong {} has no entity or plugin '{}'{}", level.str(), printable(name),
                     near.empty() ? "" : fmt::format("; did you mean {}?", near));
}

// nullptr, or the first document that no translation is needed for.
const config::Document* foreign_document(const Inputs& inputs) {
  for (const config::Document& document : inputs.documents) {
    if (document.named && !config::is_kubernetes(document.root)) return &document;
  }
  return nullptr;
}

// The whole config is checked first: what is written has to be right by itself.
std::optional<config::Node> translate(Inputs& inputs, const config::LoadOptions& options) {
  const auto loaded = config::load(inputs.documents, inputs.patches, options, inputs.diagnostics);
  if (!loaded || inputs.diagnostics.errors() > 0) return std::nullopt;
  std::vector<const config::Document*> documents;
  documents.reserve(inputs.documents.size());
  for (const config::Document& document : inputs.documents) documents.push_back(&document);
  config::Diagnostics told_already;
  return config::translate_kubernetes(documents, inputs.patches, loaded->config.level,
                                      told_already);
}

}  // namespace

cli::Exit run_config_schema(const cli::Invocation& invocation) {
  const model::Level level = compat_of(invocation).value_or(model::kNewestLevel);
  const std::string name = invocation.value("ENTITY|PLUGIN");
  std::string schema = config::json_schema(name, level);
  if (schema.empty()) return fail_usage(invocation, unknown_name(name, level));
  if (!schema.ends_with('\n')) schema += '\n';
  return print(schema) ? cli::Exit::ok : cli::Exit::unreachable;
}

cli::Exit run_config_convert(const cli::Invocation& invocation) {
  Inputs inputs;
  if (const auto read = read_patches(invocation, inputs); !read) {
    return fail_usage(invocation, read.error().message);
  }
  read_configs(invocation.values("PATH"), inputs);
  if (inputs.unreachable) return cli::Exit::unreachable;
  if (const config::Document* document = foreign_document(inputs)) {
    return fail(
        {ErrorCode::invalid,
         fmt::format("{}:{}: this is no Kubernetes manifest, and only those are converted",
                     inputs.sources.name(document->root.where.file), document->root.where.line)});
  }
  const auto config = translate(inputs, load_options(invocation));
  inputs.diagnostics.sort();
  complain(config::render_text(inputs.diagnostics, inputs.sources,
                               color_for(invocation, STDERR_FILENO)));
  if (!config) return cli::Exit::found;
  return print(config::write_yaml(*config)) ? cli::Exit::ok : cli::Exit::unreachable;
}

}  // namespace gw::app
