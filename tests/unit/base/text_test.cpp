#include "base/text.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

namespace gw {

TEST_CASE("numbers in headers print as C's %.14g") {
  struct Row {
    double value;
    std::string_view text;
  };
  for (const Row& r :
       {Row{3, "3"}, Row{0, "0"}, Row{2.5, "2.5"}, Row{0.5, "0.5"}, Row{1e15, "1e+15"},
        Row{1e15 - 1, "1e+15"}, Row{99999999999999, "99999999999999"},
        Row{1.0 / 3, "0.33333333333333"}, Row{-1, "-1"}}) {
    CHECK(format_number(r.value) == r.text);
  }
}

TEST_CASE("a decimal number is the whole text or nothing") {
  for (const auto good : {"0", "12", "-1.5", "1e3", ".5"}) {
    CAPTURE(good);
    CHECK(parse_number(good).has_value());
  }
  for (const auto bad : {"", "-", "1 ", " 1", "0x10", "inf", "nan", "1,5", "+1"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_number(bad).has_value());
  }
  CHECK(parse_uint("18446744073709551615") == 18446744073709551615ULL);
  CHECK_FALSE(parse_uint("18446744073709551616").has_value());
  CHECK_FALSE(parse_uint("-1").has_value());
}

TEST_CASE("the nearest known name is found for a misspelling, and none for another word") {
  static constexpr std::array<std::string_view, 3> kNames{"second", "minute", "hour"};
  CHECK(nearest("minuts", kNames) == "minute");
  CHECK(nearest("mintue", kNames) == "minute");
  CHECK(nearest("Hour", kNames) == "hour");
  CHECK(nearest("banana", kNames).empty());
}

TEST_CASE("base64 reads back what it wrote and takes nothing else") {
  for (const std::string text : {"", "a", "ab", "abc", "\x00\xff"}) {
    CHECK(base64_decode(base64_encode(text)) == text);
  }
  CHECK(base64_encode("key-1") == "a2V5LTE=");
  for (const auto bad : {"a", "ab=c", "====", "a===", "YQ", "Y Q="}) {
    CAPTURE(bad);
    CHECK_FALSE(base64_decode(bad).has_value());
  }
}

TEST_CASE("overlong, surrogate and cut UTF-8 is refused") {
  CHECK(is_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const auto bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                         "\xE2\x82", "\xFF"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("what is printed never holds a control character") {
  CHECK(printable(std::string_view("a\nb\x1b[31m\xff", 9)) == "a\\x0ab\\x1b[31m\\xff");
  CHECK(printable("\xC3\xA9") == "\xC3\xA9");
}

}  // namespace gw
