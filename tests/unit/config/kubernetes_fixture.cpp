#include "kubernetes_fixture.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes.h"
#include "config/reader.h"

namespace gw::config::test {

namespace {

std::string show(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return node.boolean ? "true" : "false";
    case Kind::number:
      return format_number(node.number);
    case Kind::string:
      return node.text;
    case Kind::sequence:
      for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + show(item);
      return "[" + out + "]";
    case Kind::mapping:
      for (const Member& member : node.members) {
        out += (out.empty() ? "" : ", ") + member.key + ": " + show(member.value);
      }
      return "{" + out + "}";
  }
  return out;
}

std::string position(Span where) {
  return fmt::format("{}:{}", where.line, where.column);
}

}  // namespace

const Node* Translated::at(std::string_view path) const {
  const Node* here = config ? &*config : nullptr;
  for (const auto part : split(path, '/')) {
    if (here == nullptr) return nullptr;
    const auto index = parse_uint(part);
    if (index && here->is(Kind::sequence)) {
      here = *index < here->items.size() ? &here->items[*index] : nullptr;
    } else {
      here = here->find(part);
    }
  }
  return here;
}

const Diagnostic* Translated::first(std::string_view code) const {
  const auto hit = std::ranges::find(diagnostics.all(), code, &Diagnostic::code);
  return hit == diagnostics.all().end() ? nullptr : &*hit;
}

std::string Translated::value(std::string_view path) const {
  const Node* node = at(path);
  return node == nullptr ? "none" : show(*node);
}

std::string Translated::place(std::string_view path) const {
  const Node* node = at(path);
  return node == nullptr ? "none" : position(node->where);
}

std::size_t Translated::count(std::string_view path) const {
  const Node* node = at(path);
  return node == nullptr ? 0 : node->items.size();
}

std::string Translated::finding(std::string_view code) const {
  const Diagnostic* hit = first(code);
  return hit == nullptr ? "none" : position(hit->where) + " " + hit->message;
}

std::string Translated::suggestion(std::string_view code) const {
  const Diagnostic* hit = first(code);
  return hit == nullptr ? "none" : hit->suggestion;
}

std::string Translated::expected(std::string_view code) const {
  const Diagnostic* hit = first(code);
  return hit == nullptr ? "none" : hit->expected;
}

std::string Translated::all_findings() const {
  std::string out;
  for (const Diagnostic& one : diagnostics.all()) {
    out += fmt::format("{} {} {}\n", one.code, position(one.where), one.message);
  }
  return out;
}

Translated translate(std::string_view manifests, std::string_view level,
                     const std::vector<PatchText>& patches) {
  Translated out;
  Sources sources;
  std::vector<Document> documents;
  const auto read = [&](std::string name, std::string_view text) {
    return read_documents(sources, sources.add(std::move(name), std::string{text}),
                          out.diagnostics);
  };
  for (Node& root : read("manifests.yml", manifests)) documents.push_back({std::move(root)});
  std::vector<Patch> merge;
  for (const PatchText& patch : patches) {
    auto with = read("--patch", patch.json);
    REQUIRE(with.size() == 1);
    const Span where = with.front().where;
    merge.push_back({patch.kind, patch.name, std::move(with.front()), where});
  }
  REQUIRE_MESSAGE(out.diagnostics.errors() == 0, out.all_findings());
  std::vector<const Document*> views;
  for (const Document& document : documents) views.push_back(&document);
  const auto at = model::Level::parse(level);
  REQUIRE(at);
  out.config = translate_kubernetes(views, merge, *at, out.diagnostics);
  return out;
}

std::string service(std::string_view name, std::string_view more) {
  return fmt::format(R"(---
apiVersion: v1
kind: Service
metadata:
  name: {}
{}
spec:
  ports: [{{name: http, port: 80, targetPort: 8080}}]
)",
                     name, more);
}

std::string ingress_v1(std::string_view annotations) {
  return fmt::format(R"(---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations: {{{}}}
spec:
  ingressClassName: kong
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /x
        pathType: Prefix
        backend: {{service: {{name: web, port: {{number: 80}}}}}}
)",
                     annotations);
}

}  // namespace gw::config::test
