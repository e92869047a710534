// A string that does not print and is wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace gw {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();

  // The text itself; every use can be found by this name.
  [[nodiscard]] std::string_view reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  // How a secret may be named in output: the first 8 hex digits of its SHA-256.
  [[nodiscard]] std::string fingerprint() const;

 private:
  std::string value_;
};

}  // namespace gw
