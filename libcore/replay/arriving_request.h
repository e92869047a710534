// A scenario's request as it arrives at the gateway: its bytes, with framing and API key in place,
// and what the parser that serves clients makes of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange.h"
#include "gateway/snapshot.h"
#include "http/framing.h"
#include "http/head_parser.h"
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

  // All of it, as a client sends it.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::string_view method() const { return method_; }  // also of a refused request
  // The status that bytes are answered with which are no request; 0: they are one.
  [[nodiscard]] std::uint16_t refusal() const { return refusal_; }
  // Of a refused request as far as it was read.
  [[nodiscard]] const gateway::RequestView& view() const { return view_; }
  [[nodiscard]] const http::RequestFraming& framing() const { return framing_; }
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
  void write();
  void parse();

  std::string method_;
  std::string target_;
  std::vector<Field> fields_;
  BodyKind body_kind_;
  std::string body_;
  std::string sni_;
  std::optional<std::uint32_t> node_;
  std::string warning_;
  std::vector<http::Field> lines_;
  http::FieldIndex index_;  // of lines_
  std::string bytes_;
  http::RequestParser parser_;  // of bytes_
  http::RequestFraming framing_;
  std::uint16_t refusal_ = 0;
  gateway::RequestView view_;
};

}  // namespace gw::replay
