// Reading for load.h: files, folders, standard input, patches from the command line.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "config/load.h"
#include "config/reader.h"

namespace gw::config {
namespace {

bool is_scenario(std::string_view path) {
  return path.ends_with(".scenario.yml") || path.ends_with(".scenario.yaml");
}

Result<void> read_one(const std::string& path, bool named, Sources& sources,
                      std::vector<Document>& documents, Diagnostics& diagnostics) {
  auto text = read_file(path);
  if (!text) return std::unexpected(std::move(text.error()));
  const FileId file = sources.add(path, *std::move(text));
  for (Node& root : read_documents(sources, file, diagnostics)) {
    documents.push_back({.root = std::move(root), .named = named});
  }
  return {};
}

Result<Node> read_patch_value(std::string_view subject, std::string_view json, Sources& sources,
                              Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.errors();
  const FileId file = sources.add(fmt::format("--patch {}", printable(subject)), std::string(json));
  auto roots = read_documents(sources, file, diagnostics);
  const bool one_mapping = roots.size() == 1 && roots.front().is(Kind::mapping);
  if (one_mapping && diagnostics.errors() == errors) return std::move(roots.front());
  return fail(
      ErrorCode::invalid,
      fmt::format("patch of {}: the part after '=' is not one JSON object", printable(subject)));
}

}  // namespace

Result<void> read_config(const std::string& path, Sources& sources,
                         std::vector<Document>& documents, Diagnostics& diagnostics) {
  if (!is_directory(path)) return read_one(path, true, sources, documents, diagnostics);
  const auto files = list_files(path, {".yml", ".yaml", ".json"});
  if (!files) return std::unexpected(files.error());
  for (const std::string& file : *files) {
    if (is_scenario(file)) continue;
    if (auto read = read_one(file, false, sources, documents, diagnostics); !read) return read;
  }
  return {};
}

Result<Patch> parse_patch(std::string_view text, Sources& sources, Diagnostics& diagnostics) {
  const std::size_t equals = text.find('=');
  const std::size_t slash = text.find('/');
  const bool well_formed = equals != std::string_view::npos && slash != std::string_view::npos &&
                           slash > 0 && slash + 1 < equals;
  if (!well_formed) {
    return fail(ErrorCode::invalid, fmt::format("patch \"{}\": expected KIND/NAME=JSON, such as "
                                                "ingress/web={{\"metadata\": {{}}}}",
                                                printable(text)));
  }
  const std::string_view subject = text.substr(0, equals);
  auto with = read_patch_value(subject, text.substr(equals + 1), sources, diagnostics);
  if (!with) return std::unexpected(std::move(with.error()));
  const Span where = with->where;
  return Patch{.kind = std::string(text.substr(0, slash)),
               .name = std::string(text.substr(slash + 1, equals - slash - 1)),
               .with = *std::move(with),
               .where = where};
}

}  // namespace gw::config
