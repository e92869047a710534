#include "loading.h"

#include <string>
#include <string_view>
#include <utility>

#include "config/reader.h"

namespace gw::config::testing {

const Diagnostic* Outcome::find(std::string_view code) const {
  for (const Diagnostic& d : diagnostics.all()) {
    if (d.code == code) return &d;
  }
  return nullptr;
}

std::string Outcome::errors() const {
  std::string text;
  for (const Diagnostic& d : diagnostics.all()) {
    if (d.severity == Severity::error) text += d.path + ": " + d.message + "\n";
  }
  return text;
}

std::string Outcome::all() const {
  std::string text;
  for (const Diagnostic& d : diagnostics.all()) {
    text += std::string(d.code) + " " + d.path + ": " + d.message + "\n";
  }
  return text;
}

Outcome load_texts(const std::vector<std::string>& texts, LoadOptions options) {
  Outcome out;
  std::vector<Document> documents;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const FileId file = out.sources.add("file" + std::to_string(i), texts[i]);
    for (Node& root : read_documents(out.sources, file, out.diagnostics)) {
      documents.push_back({.root = std::move(root), .named = true});
    }
  }
  out.loaded = load(documents, {}, options, out.diagnostics);
  return out;
}

Outcome load_text(std::string text, std::string_view level) {
  LoadOptions options;
  if (!level.empty()) options.level = model::Level::parse(level);
  return load_texts({std::move(text)}, options);
}

Outcome load_at(std::string_view level, std::string_view text) {
  const std::string_view format = level.starts_with('3') ? "3.0" : level == "2.0" ? "1.1" : "2.1";
  return load_text("_format_version: \"" + std::string(format) + "\"\n" + std::string(text), level);
}

}  // namespace gw::config::testing
