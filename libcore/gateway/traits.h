// How the imitated Kongs differ, as data: one table by level (kong-behaviour.md section 12).
#pragma once

#include <string_view>

#include "gateway/settings.h"
#include "model/level.h"

namespace gw::gateway {

struct Traits {
  model::Level level;

  // Errors (1.8, 4.3, 5.7, 6.6)
  bool formatted_plugin_errors = false;   // 429 and 401 follow Accept
  bool formatted_other_errors = false;    // router, balancer and crash errors do too
  bool request_id = false;                // X-Kong-Request-Id, and request_id in error bodies
  bool server_errors_by_prefix = false;   // nginx-level: Accept compared by its start
  bool server_errors_by_quality = false;  // nginx-level: Accept read as a list with q
  std::string_view error_title;           // of the HTML form

  // Router (5)
  RouterFlavor router = RouterFlavor::traditional;
  bool regex_by_tilde = false;       // else told by its letters
  bool normalizes_request = false;   // else the raw path is matched and sent on
  bool normalizes_prefixes = false;  // configured prefixes are brought to normal form
  bool smaller_id_wins = false;      // among equal routes of the traditional flavour
  std::string_view wrong_method;     // message of 405; empty: nginx's own page
  bool connect_is_405 = false;

  // Plugins (1, 2, 3, 4.1)
  int key_auth_priority = 0;
  int rate_limiting_priority = 0;
  bool counts_in_log_phase = false;
  bool limit_headers_replace = false;  // upstream's same-named headers go
  bool redis_counts_reads = false;
  bool service_identifier = false;  // limit_by=service means the matched service
  bool limit_path_normalized = false;
  std::string_view unknown_key;    // message of 401
  bool always_challenges = false;  // WWW-Authenticate on every 401, realm only when configured
  bool challenges_on_anonymous_failure = false;
  bool unreadable_body_is_400 = false;
  bool keeps_empty_query = false;  // "?" stays when hide_credentials emptied the query
  bool sends_credential_identifier = false;
  bool clears_credential_username = false;

  // Proxying (6.1, 6.2)
  bool forwards_path = false;    // X-Forwarded-Path
  bool forwards_prefix = false;  // X-Forwarded-Prefix
  bool keeps_proxy_authorization = false;
  bool removes_proxy_authenticate = false;
  bool via_appends = false;              // "1.1 kong/3.9.1", both ways
  bool server_on_proxied = false;        // when the upstream sent none
  bool server_on_server_errors = false;  // on nginx-level 502, 503, 504
  bool debug_header_by_setting = false;
  bool dns_failure_is_formatted = false;
};

[[nodiscard]] Traits traits_of(model::Level level);

}  // namespace gw::gateway
