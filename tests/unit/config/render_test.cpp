#include "config/render.h"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "config/codes.h"
#include "reading.h"

namespace {

using gw::config::Diagnostic;
using gw::config::Diagnostics;
using gw::config::make_diagnostic;
using gw::config::Severity;
using gw::config::Sources;
using gw::config::Span;

// One error with everything, and one warning that points nowhere.
struct Report {
  Sources sources;
  Diagnostics found;

  Report() {
    sources.add("kong.yml", "services:\n- name: w\xC3\xA9\n  minuts: 5\n  minuts: 6\n");
    sources.add("other.yml", "a: 1\n");
    Diagnostic d =
        make_diagnostic("GW1009", Span{0, 4, 3, 4, 9}, "the key \"minuts\" stands twice");
    d.path = "services[0].minuts";
    d.expected = "one key";
    d.suggestion = "did you mean \"minute\"?";
    d.related.push_back({Span{0, 3, 3, 3, 9}, "it stands here first"});
    found.add(d);
    found.add(make_diagnostic("GW1014", Span{}, "a warning"));
  }
};

Diagnostics hostile(Sources& sources) {
  const std::string evil = "\x1b[31m<&>\"'%,:\n\x01]]>\xEF\xBF\xBE::error::";
  sources.add("a" + evil, evil);
  Diagnostics found;
  Diagnostic d = make_diagnostic("GW1004", Span{0, 1, 1, 1, 3}, evil);
  d.path = d.expected = d.suggestion = evil;
  d.related.push_back({Span{0, 1, 2, 1, 3}, evil});
  found.add(d);
  return found;
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') return true;
  }
  return false;
}

TEST_CASE("text: the first line can be grepped and the place is marked") {
  const Report r;
  CHECK(render_text(r.found, r.sources, false) ==
        "kong.yml:4:3: error[GW1009]: the key \"minuts\" stands twice\n"
        "  |\n"
        "4 |   minuts: 6\n"
        "  |   ^^^^^^ did you mean \"minute\"?\n"
        "  = field: services[0].minuts\n"
        "  = expected: one key\n"
        "  --> kong.yml:3:3: it stands here first\n"
        "  |\n"
        "3 |   minuts: 5\n"
        "  |   ^^^^^^\n"
        "\n"
        "warning[GW1014]: a warning\n"
        "\n"
        "1 error, 1 warning\n");
}

TEST_CASE("text: colour is only escapes around the same text") {
  const Report r;
  std::string colored = render_text(r.found, r.sources, true);
  CHECK(colored.find("\x1b[1;31m") != std::string::npos);
  for (std::size_t at = 0; (at = colored.find('\x1b')) != std::string::npos;) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  CHECK(colored == render_text(r.found, r.sources, false));
}

TEST_CASE("text: a mark stands below its characters, whatever they are and wherever") {
  struct Row {
    std::string line;
    Span where;
    std::string marks;  // the line of marks, behind "  | "
  };
  for (const Row& row : {
           Row{"w\xC3\xA9\xE2\x82\xAC x", {0, 1, 5, 1, 6}, "    ^"},
           Row{"\ta: b", {0, 1, 2, 1, 3}, " ^"},
           Row{"abc", {0, 1, 4, 1, 4}, "   ^"},
           Row{"abc", {0, 1, 99, 1, 99}, "   ^"},
           Row{"abc", {0, 1, 2, 5, 1}, " ^^"},
           Row{std::string(10'000, 'x'), {0, 1, 5001, 1, 5003}, std::string(60, ' ') + "^^"},
           Row{std::string(10'000, 'x'),
               {0, 1, 5001, 1, 9003},
               std::string(60, ' ') + std::string(80, '^')},
       }) {
    CAPTURE(row.where.column);
    Sources sources;
    sources.add("a", row.line);
    Diagnostics found;
    found.add(make_diagnostic("GW1004", row.where, "m"));
    const std::string text = render_text(found, sources, false);
    CHECK(text.find("\n  | " + row.marks + "\n") != std::string::npos);
    CHECK(text.size() < 500);
  }
}

TEST_CASE("json has exactly the pinned keys") {
  const Report r;
  CHECK(render_json(r.found, r.sources) ==
        R"({"errors":1,"warnings":1,"diagnostics":[{"code":"GW1009","severity":"error",)"
        R"("file":"kong.yml","line":4,"column":3,"end_line":4,"end_column":9,)"
        R"("path":"services[0].minuts","message":"the key \"minuts\" stands twice",)"
        R"("expected":"one key","suggestion":"did you mean \"minute\"?","related":[)"
        R"({"file":"kong.yml","line":3,"column":3,"message":"it stands here first"}]},)"
        R"({"code":"GW1014","severity":"warning","file":"","line":0,"column":0,"end_line":0,)"
        R"("end_column":0,"path":"","message":"a warning","expected":"","suggestion":"",)"
        R"("related":[]}]})"
        "\n");
}

TEST_CASE("junit: a case a file, failed when it has an error") {
  const Report r;
  const std::string xml = render_junit(r.found, r.sources);
  CHECK(xml.find("<testsuites tests=\"3\" failures=\"1\" errors=\"0\">") != std::string::npos);
  CHECK(
      xml.find("<testcase classname=\"validate\" name=\"kong.yml\">\n"
               "      <failure type=\"GW1009\" message=\"the key &quot;minuts&quot; stands twice\">"
               "kong.yml:4:3: error[GW1009]: services[0].minuts: the key") != std::string::npos);
  CHECK(xml.find("name=\"other.yml\">\n    </testcase>") != std::string::npos);
}

TEST_CASE("sarif names the rules and the regions") {
  const Report r;
  const auto sarif = nlohmann::json::parse(render_sarif(r.found, r.sources));
  CHECK(sarif["version"] == "2.1.0");
  const auto& run = sarif["runs"][0];
  CHECK(run["tool"]["driver"]["rules"].size() == gw::config::codes().size());
  CHECK(run["results"][0]["ruleId"] == "GW1009");
  CHECK(run["results"][0]["level"] == "error");
  const auto& at = run["results"][0]["locations"][0]["physicalLocation"];
  CHECK(at["artifactLocation"]["uri"] == "kong.yml");
  CHECK(at["region"] ==
        nlohmann::json{{"startLine", 4}, {"startColumn", 3}, {"endLine", 4}, {"endColumn", 9}});
  CHECK(run["results"][0]["relatedLocations"][0]["message"]["text"] == "it stands here first");
  CHECK(run["results"][1]["locations"].empty());
}

TEST_CASE("sarif: a file name is a URI reference") {
  Sources sources;
  sources.add("/a b/c#\xC3\xA9?.yml", "x");
  Diagnostics found;
  found.add(make_diagnostic("GW1004", Span{0, 1, 1, 1, 2}, "m"));
  CHECK(render_sarif(found, sources).find("\"file:///a%20b/c%23%C3%A9%3F.yml\"") !=
        std::string::npos);
}

TEST_CASE("github: one command a finding") {
  const Report r;
  CHECK(render_github(r.found, r.sources) ==
        "::error file=kong.yml,line=4,endLine=4,col=3,endColumn=9,title=GW1009::"
        "services[0].minuts: the key \"minuts\" stands twice; expected one key; "
        "did you mean \"minute\"?\n"
        "::warning title=GW1014::a warning\n");
}

TEST_CASE("no report lets a hostile text break out of its format") {
  Sources sources;
  const Diagnostics found = hostile(sources);
  for (const std::string& report : {render_text(found, sources, false), render_json(found, sources),
                                    render_junit(found, sources), render_sarif(found, sources),
                                    render_github(found, sources)}) {
    CAPTURE(report);
    CHECK_FALSE(has_control(report));
  }
  CHECK(render_junit(found, sources).find("<&") == std::string::npos);
  CHECK(render_junit(found, sources).find("\xEF\xBF\xBE") == std::string::npos);
  const std::string github = render_github(found, sources);
  CHECK(std::count(github.begin(), github.end(), '\n') == 1);
  CHECK(github.find("file=a\\x1b[31m<&>\"'%25%2C%3A") != std::string::npos);
  CHECK(nlohmann::json::parse(render_json(found, sources))["errors"] == 1);
}

TEST_CASE("a text that is not UTF-8 still gives valid reports") {
  Sources sources;
  sources.add("a\xFF.yml", "\xFF\xFE");
  Diagnostics found;
  found.add(make_diagnostic("GW1002", Span{0, 1, 1, 1, 2}, "bad \xFF"));
  CHECK(nlohmann::json::accept(render_json(found, sources)));
  CHECK(nlohmann::json::accept(render_sarif(found, sources)));
  CHECK(render_junit(found, sources).find('\xFF') == std::string::npos);
  CHECK(render_text(found, sources, false).find("\\xff") != std::string::npos);
}

}  // namespace
