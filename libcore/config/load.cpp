#include "config/load.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/bind.h"
#include "config/check_context.h"
#include "config/findings.h"
#include "config/inventory.h"
#include "config/kubernetes.h"
#include "config/link.h"
#include "config/lint.h"
#include "config/validate.h"

namespace gw::config {
namespace {

// The documents by what they are.
struct Sorted {
  std::vector<const Document*> declarative;
  std::vector<const Document*> kubernetes;
};

void report_neither(const Document& document, Diagnostics& diagnostics) {
  const Node& root = document.root;
  Diagnostic d = make_diagnostic(
      code::kNeitherFormat, root.is(Kind::mapping) ? start_of(root) : root.where,
      root.is(Kind::mapping)
          ? std::string("neither a Kong config nor a Kubernetes object")
          : fmt::format("expected an object; this document is {}", describe(root.kind)));
  d.expected = "a mapping with _format_version, or with apiVersion and kind";
  if (!document.named) d.severity = Severity::warning;
  diagnostics.add(std::move(d));
}

// What `gatewayctl mesh` takes: there the services are a mapping by name, in Kong's format a list.
bool is_topology(const Node& root) {
  const Node* services = root.find("services");
  if (services == nullptr || services->members.empty()) return false;
  return root.find("_format_version") == nullptr &&
         std::ranges::all_of(services->members, [](const Member& member) {
           return member.value.is(Kind::mapping) || member.value.is(Kind::null);
         });
}

void report_topology(const Document& document, Diagnostics& diagnostics) {
  Diagnostic d = make_diagnostic(code::kNeitherFormat, start_of(document.root),
                                 "this is the topology of a mesh, not a config");
  d.expected = "a mapping with _format_version; topologies are read by `mesh up -f` and `replay`";
  if (!document.named) d.severity = Severity::note;
  diagnostics.add(std::move(d));
}

Sorted sort_documents(const std::vector<Document>& documents, Diagnostics& diagnostics) {
  Sorted sorted;
  for (const Document& document : documents) {
    if (is_kubernetes(document.root)) {
      sorted.kubernetes.push_back(&document);
    } else if (is_topology(document.root)) {
      report_topology(document, diagnostics);
    } else if (is_declarative(document.root)) {
      sorted.declarative.push_back(&document);
    } else {
      report_neither(document, diagnostics);
    }
  }
  return sorted;
}

// The newest level that the documents' formats belong to; manifests tell by the age of their APIs.
model::Level level_of(const Sorted& sorted, const LoadOptions& options) {
  if (options.level) return *options.level;
  std::optional<model::Level> newest;
  for (const Document* document : sorted.declarative) {
    const auto level = model::level_of_format(text_of(document->root, "_format_version"));
    if (level && (!newest || *newest < *level)) newest = level;
  }
  if (newest) return *newest;
  if (has_v1beta1_ingress(sorted.kubernetes)) return model::kOldestLevel;
  return model::kNewestLevel;
}

std::optional<Node> translate(const Sorted& sorted, const std::vector<Patch>& patches,
                              const model::Level& level, Diagnostics& diagnostics) {
  if (!sorted.kubernetes.empty()) {
    return translate_kubernetes(sorted.kubernetes, patches, level, diagnostics);
  }
  for (const Patch& patch : patches) {
    diagnostics.add(
        make_diagnostic(code::kPatchWithoutTarget, patch.where,
                        fmt::format("nothing to patch: there is no Kubernetes object {}/{}",
                                    patch.kind, patch.name)));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Loaded> load(const std::vector<Document>& documents,
                           const std::vector<Patch>& patches, const LoadOptions& options,
                           Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  const Sorted sorted = sort_documents(documents, diagnostics);
  const model::Level level = level_of(sorted, options);
  const std::optional<Node> translated = translate(sorted, patches, level, diagnostics);

  CheckContext ctx(level, diagnostics);
  ctx.now = options.now;
  Inventory inventory;
  std::uint32_t number = 0;
  for (const Document* document : sorted.declarative) {
    validate_document(ctx, options, document->root, number++, inventory);
  }
  if (translated) validate_document(ctx, options, *translated, number, inventory);

  Links links(inventory, level);
  links.check(ctx);
  lint(ctx, inventory, links);
  if (diagnostics.errors() != errors_before) return std::nullopt;
  return Loaded{bind(inventory, links, level)};
}

}  // namespace gw::config
