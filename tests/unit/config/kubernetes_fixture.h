// What the tests of the Kubernetes translation share: manifests in, values and findings out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config::test {

struct Translated {
  std::optional<Node> config;
  Diagnostics diagnostics;

  // The value at a path such as "services.0.routes.0.paths", in a JSON-like form; "none" when
  // there is nothing.
  [[nodiscard]] std::string value(std::string_view path) const;
  // Where that value stands in the manifests: "12:7".
  [[nodiscard]] std::string place(std::string_view path) const;
  // Members at a path, in order: "name host".
  [[nodiscard]] std::size_t count(std::string_view path) const;
  // "12:7 message" of the first finding with this code; "none" when there is none.
  [[nodiscard]] std::string finding(std::string_view code) const;
  [[nodiscard]] std::string suggestion(std::string_view code) const;
  [[nodiscard]] std::string expected(std::string_view code) const;
  [[nodiscard]] std::string all_findings() const;

 private:
  [[nodiscard]] const Node* at(std::string_view path) const;
  [[nodiscard]] const Diagnostic* first(std::string_view code) const;
};

struct PatchText {
  std::string kind;
  std::string name;
  std::string json;
};

[[nodiscard]] Translated translate(std::string_view manifests, std::string_view level = "2.0",
                                   const std::vector<PatchText>& patches = {});

// A Service of type ClusterIP with port 80 named http, as a document to append.
[[nodiscard]] std::string service(std::string_view name, std::string_view more = "");
// An Ingress v1 of class kong with one path /x of type Prefix to service web, port 80.
[[nodiscard]] std::string ingress_v1(std::string_view annotations = "");

}  // namespace gw::config::test
