// A service's `url` shorthand: it sets protocol, host, port and path, over what stands there.
#pragma once

#include <optional>
#include <string_view>

#include "config/tree.h"

namespace gw::config {

// The fields that `url` stands for, as a mapping whose values have the place of `url`.
[[nodiscard]] Node expand_url(const Node& url);

// A service as its `url` and its fields together say it.
class ServiceView {
 public:
  explicit ServiceView(const Node& service);

  // The value of `key`, or nullptr when it is missing or null.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] static bool is_set_by_url(std::string_view key);
  [[nodiscard]] const std::optional<Node>& from_url() const { return from_url_; }

 private:
  const Node* service_;  // outlives this view
  std::optional<Node> from_url_;
};

}  // namespace gw::config
