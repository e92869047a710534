// A scenario's request as it arrives at the gateway: with its framing and its API key in place.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange.h"
#include "gateway/snapshot.h"
#include "http/message.h"
#include "replay/scenario.h"

namespace gw::replay {

// Made once, sent often. Its view points into it, so it stays where it is.
class ArrivingRequest {
 public:
  // The key goes where the key-auth that applies to the request (matched without the key) looks
  // first; where none applies, to the header `apikey`, with a warning.
  ArrivingRequest(const Request& request, const gateway::Snapshot& snapshot);
  ArrivingRequest(const ArrivingRequest&) = delete;
  ArrivingRequest& operator=(const ArrivingRequest&) = delete;

  [[nodiscard]] const gateway::RequestView& view() const { return view_; }
  [[nodiscard]] std::string_view body() const { return body_; }
  [[nodiscard]] const IpAddress& ip() const { return view_.peer.ip; }
  [[nodiscard]] std::optional<std::uint32_t> node() const { return node_; }
  // Empty: nothing to warn of.
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  void look();
  void place_key(const std::string& key, const gateway::Snapshot& snapshot);
  void add_to_query(std::string_view name, std::string_view key);
  void add_to_form(std::string_view name, std::string_view key);
  void add_framing();

  std::string method_;
  std::string target_;
  std::vector<Field> fields_;
  BodyKind body_kind_;
  std::string body_;
  std::string sni_;
  std::optional<std::uint32_t> node_;
  std::string warning_;
  std::vector<http::Field> lines_;
  gateway::RequestView view_;
};

}  // namespace gw::replay
