#include "config/load.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "loading.h"

using namespace gw::config;
using testing::load_text;
using testing::load_texts;

namespace {

// A folder of its own for one test, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "gw-load-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) == nullptr ? std::string{} : name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::string file = path_ + "/" + name;
    std::ofstream(file) << text;
    return file;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("the level is that of the format, unless it is asked for") {
  struct Row {
    const char* format;
    const char* asked;
    const char* level;
  };
  for (const Row& row : {Row{"1.1", "", "2.0"}, Row{"2.1", "", "2.8"}, Row{"3.0", "", "3.9"},
                         Row{"1.1", "3.4", "3.4"}, Row{"2.1", "2.3", "2.3"}}) {
    CAPTURE(row.format);
    const auto out = load_text("_format_version: '" + std::string(row.format) + "'\n", row.asked);
    REQUIRE_MESSAGE(out.loaded, out.all());
    CHECK(out.config().level.str() == row.level);
  }
}

TEST_CASE("files are merged: collections are joined and references lead across") {
  const auto out = load_texts({"_format_version: '3.0'\nservices: [{name: web, host: h}]\n",
                               "_format_version: '3.0'\nroutes: [{name: r, paths: [/], service: "
                               "web}]\nservices: [{name: api, host: i}]\n"});
  REQUIRE_MESSAGE(out.loaded, out.all());
  CHECK(out.config().services.size() == 2);
  CHECK(out.config().routes.at(0).service == out.config().services.at(0).id);
}

TEST_CASE("a file without a format version, or with a number, is told what to write") {
  CHECK(load_text("services: []\n").errors() == "_format_version: required field missing\n");
  const auto number = load_text("_format_version: 3.0\n");
  CHECK(number.errors() == "_format_version: expected a string\n");
  CHECK(number.diagnostics.all().at(0).suggestion == "quote it: \"3.0\"");
}

TEST_CASE("a document that is neither Kong's nor Kubernetes' is an error when named") {
  const auto out = load_text("on: push\njobs: {}\n");
  CHECK_FALSE(out.loaded);
  CHECK(out.find("GW1101") != nullptr);
  CHECK(load_text("- a\n- b\n").find("GW1101") != nullptr);
}

TEST_CASE("a folder is read without its scenarios, and strangers in it are warnings") {
  const Folder folder;
  folder.write("a.yml", "_format_version: '3.0'\nservices: [{name: web, host: h}]\n");
  folder.write("b.json", R"({"_format_version": "3.0", "consumers": [{"username": "alice"}]})");
  folder.write("c.scenario.yml", "scenario: x\nsteps: []\n");
  folder.write("d.yaml", "jobs: {}\n");
  folder.write("e.txt", "not read: [");
  Sources sources;
  std::vector<Document> documents;
  Diagnostics diagnostics;
  REQUIRE(read_config(folder.path(), sources, documents, diagnostics));
  const auto loaded = load(documents, {}, {}, diagnostics);
  REQUIRE(loaded);
  CHECK(loaded->config.services.size() == 1);
  CHECK(loaded->config.consumers.size() == 1);
  CHECK(diagnostics.warnings() == 1);
  CHECK(diagnostics.all().at(0).code == "GW1101");
}

TEST_CASE("a mesh's topology is no config: an error when named, a note in a folder") {
  const std::string topology = "gateway: kong\nservices: {web: {calls: [api]}, api: }\n";
  const auto named = load_text(topology);
  REQUIRE(named.find("GW1101") != nullptr);
  CHECK(named.find("GW1101")->message == "this is the topology of a mesh, not a config");
  CHECK(named.diagnostics.errors() == 1);
  const Folder folder;
  folder.write("mesh.yml", topology);
  folder.write("kong.yml", "_format_version: \"3.0\"\nservices: [{name: a, url: \"http://a\"}]\n");
  Sources sources;
  std::vector<Document> documents;
  Diagnostics diagnostics;
  REQUIRE(read_config(folder.path(), sources, documents, diagnostics));
  REQUIRE(load(documents, {}, {}, diagnostics));
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].severity == Severity::note);
  // Services that somebody wrote as a mapping by mistake are told what a config's are.
  CHECK(load_text("services: {name: web, url: \"http://a\"}\n").find("GW1202") != nullptr);
}

TEST_CASE("a path that cannot be read is an error of its own") {
  Sources sources;
  std::vector<Document> documents;
  Diagnostics diagnostics;
  const auto read = read_config("/no/such/file.yml", sources, documents, diagnostics);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == gw::ErrorCode::missing);
}

TEST_CASE("a patch is KIND/NAME=JSON") {
  Sources sources;
  Diagnostics diagnostics;
  const auto patch = parse_patch(R"(ingress/web={"metadata": {"a": "b=c"}})", sources, diagnostics);
  REQUIRE(patch);
  CHECK(patch->kind == "ingress");
  CHECK(patch->name == "web");
  CHECK(patch->with.find("metadata") != nullptr);
  for (const char* bad : {"ingress", "ingress/web", "web={}", "/web={}", "ingress/={}",
                          "ingress/web=", "ingress/web=[]", "ingress/web={"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_patch(bad, sources, diagnostics));
  }
}

TEST_CASE("a patch without Kubernetes objects has nothing to change") {
  Diagnostics diagnostics;
  Sources sources;
  const auto patch = parse_patch("ingress/web={}", sources, diagnostics);
  REQUIRE(patch);
  CHECK_FALSE(load({}, {*patch}, {}, diagnostics));
  CHECK(diagnostics.all().at(0).code == "GW1104");
}

TEST_CASE("Kubernetes manifests are translated and checked like any file") {
  const auto out = load_text(R"(
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: web, annotations: {kubernetes.io/ingress.class: kong}}
spec:
  rules:
  - http:
      paths:
      - path: /web
        backend: {serviceName: web, servicePort: 80}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: ExternalName, externalName: localhost, ports: [{port: 80}]}
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  CHECK(out.config().level.str() == "2.0");
  REQUIRE(out.config().services.size() == 1);
  CHECK(out.config().services.at(0).name == "default.web.80");
  CHECK(out.config().routes.at(0).paths.at(0) == "/web");
  CHECK(out.config().upstreams.at(0).targets.at(0).host == "localhost");
}
