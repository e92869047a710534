#include "proxy/log.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "base/time.h"
#include "log_fixture.h"

using namespace gw::proxy;
using namespace std::chrono_literals;
using gw::proxy::testing::TemporaryLog;

namespace {

const gw::WallTime kNow = gw::parse_rfc3339("2026-11-21T10:00:00.120Z").value();

}  // namespace

TEST_CASE("an event is one line of logfmt") {
  CHECK(format_log_line(kNow, LogLevel::warn, "upstream_unreachable",
                        {{"host", "web.internal"}, {"port", 80}, {"upstream_ms", 12.5}}) ==
        "time=2026-11-21T10:00:00.120Z level=warn event=upstream_unreachable host=web.internal "
        "port=80 upstream_ms=12.5\n");
}

TEST_CASE("no value breaks its line or forges another") {
  struct Row {
    std::string_view why;
    std::string_view value;
    std::string_view written;
  };
  for (const Row& row : {
           Row{"empty", "", R"("")"},
           Row{"space", "a b", R"("a b")"},
           Row{"line end", "a\r\ntime=0 level=error", R"("a\x0D\x0Atime=0 level=error")"},
           Row{"quote", "a\"b", R"("a\"b")"},
           Row{"backslash", "a\\b", R"("a\\b")"},
           Row{"escape sequence", "\x1b[31m", R"("\x1B[31m")"},
           Row{"not ASCII", "\xC3\xA9", R"("\xC3\xA9")"},
           Row{"equals", "a=b", R"("a=b")"},
       }) {
    CAPTURE(row.why);
    const std::string line = format_log_line(kNow, LogLevel::error, "x", {{"v", row.value}});
    CHECK(line.ends_with(" v=" + std::string(row.written) + "\n"));
    CHECK(std::ranges::count(line, '\n') == 1);
  }
}

TEST_CASE("events below the level are not written") {
  const TemporaryLog file;
  const gw::VirtualClock clock(kNow);
  {
    auto log = Log::open(clock, LogLevel::warn, file.path());
    REQUIRE(log.has_value());
    (*log)->write(LogLevel::notice, "quiet");
    (*log)->write(LogLevel::error, "loud");
  }
  CHECK(file.text() == "time=2026-11-21T10:00:00.120Z level=error event=loud\n");
}

TEST_CASE("a cause is logged once, then every ten seconds with the number left out") {
  const TemporaryLog file;
  gw::VirtualClock clock(kNow);
  {
    auto log = Log::open(clock, LogLevel::notice, file.path());
    REQUIRE(log.has_value());
    const auto fail_at = [&](std::string_view host) {
      (*log)->write_limited(LogLevel::warn, "refused", {{"host", host}});
    };
    for (int i = 0; i < 100; ++i) fail_at("a");
    fail_at("b");
    clock.advance(10s);
    fail_at("a");
    fail_at("a");
  }
  CHECK(file.text() ==
        "time=2026-11-21T10:00:00.120Z level=warn event=refused host=a\n"
        "time=2026-11-21T10:00:00.120Z level=warn event=refused host=b\n"
        "time=2026-11-21T10:00:10.120Z level=warn event=refused host=a left_out=99\n"
        "time=2026-11-21T10:00:10.120Z level=notice event=refused left_out=1\n");
}

TEST_CASE("no log is a log that takes everything and writes nothing") {
  const gw::VirtualClock clock(kNow);
  auto log = Log::open(clock, LogLevel::debug, "");
  REQUIRE(log.has_value());
  (*log)->write(LogLevel::emerg, "nobody_hears");
  (*log)->reopen();
}
