#include "gateway/settings_input.h"

#include <string>

#include <doctest/doctest.h>

namespace config = gw::config;
using gw::gateway::NodeSettings;
using gw::gateway::WrittenSetting;

TEST_CASE("kong.conf is read line by line, without comments and spaces") {
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto file = sources.add("kong.conf",
                                "# a comment\n\n  trusted_ips = 10.0.0.0/8 # nets\r\n"
                                "version_string=a\\#b\nerror_default_type =\n");
  const auto written = gw::gateway::read_kong_conf(sources, file, diagnostics);
  REQUIRE(written.size() == 3);
  CHECK(written[0].name == "trusted_ips");
  CHECK(written[0].value == "10.0.0.0/8");
  CHECK(written[0].where.line == 3);
  CHECK(written[0].where.column == 3);
  CHECK(written[1].value == "a#b");
  CHECK(written[2].value.empty());
  CHECK(diagnostics.all().empty());
}

TEST_CASE("each setting that is wrong is reported at its place") {
  struct Row {
    std::string why;
    std::string text;
    std::string code;
    std::uint32_t line;
    std::string suggestion;
  };
  for (const Row& row : {
           Row{"no value", "\nfrobnicate\n", "GW1804", 2, ""},
           Row{"no name", "= 3\n", "GW1804", 1, ""},
           Row{"misspelt", "trusted_ip = 10.0.0.1\n", "GW1801", 1, "trusted_ips"},
           Row{"bad value", "# x\ntrusted_ips = ten\n", "GW1802", 2, ""},
           Row{"no effect", "pg_host = db\n", "GW1803", 1, ""},
       }) {
    CAPTURE(row.why);
    config::Sources sources;
    config::Diagnostics diagnostics;
    NodeSettings settings;
    const auto file = sources.add("kong.conf", row.text);
    const auto written = gw::gateway::read_kong_conf(sources, file, diagnostics);
    gw::gateway::apply_settings(settings, written, diagnostics);
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all()[0].code == row.code);
    CHECK(diagnostics.all()[0].where.line == row.line);
    CHECK(diagnostics.all()[0].suggestion == row.suggestion);
  }
}

TEST_CASE(
    "of the environment only KONG_ variables count, and those that mean nothing are nobody's "
    "fault") {
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto written =
      gw::gateway::read_environment({"PATH=/bin", "KONG_REAL_IP_HEADER=X-Forwarded-For",
                                     "KONG_PG_PASSWORD=s3cret", "KONG_PROXY_SERVICE_PORT=80"},
                                    sources);
  REQUIRE(written.size() == 1);
  NodeSettings settings;
  gw::gateway::apply_settings(settings, written, diagnostics);
  CHECK(settings.decisions.real_ip_header == "X-Forwarded-For");
  CHECK(diagnostics.all().empty());
  CHECK(sources.size() == 1);
}

TEST_CASE("--set is a name and a value") {
  config::Sources sources;
  const auto good = gw::gateway::read_set_flag("real_ip_recursive=on", sources);
  REQUIRE(good.has_value());
  CHECK(good->name == "real_ip_recursive");
  CHECK(good->value == "on");
  CHECK_FALSE(gw::gateway::read_set_flag("real_ip_recursive", sources).has_value());
  CHECK_FALSE(gw::gateway::read_set_flag("=on", sources).has_value());
}

TEST_CASE("a later source wins over an earlier one") {
  config::Diagnostics diagnostics;
  NodeSettings settings;
  gw::gateway::apply_settings(settings,
                              {WrittenSetting{.name = "real_ip_header", .value = "A", .where = {}},
                               WrittenSetting{.name = "real_ip_header", .value = "B", .where = {}}},
                              diagnostics);
  CHECK(settings.decisions.real_ip_header == "B");
}
