#include "gateway/traits.h"

namespace gw::gateway {

Traits traits_of(model::Level level) {
  using L = model::Level;
  const auto from = [level](int major, int minor) { return level >= L{major, minor}; };
  const auto before = [level](int major, int minor) { return level < L{major, minor}; };
  return Traits{
      .level = level,
      .formatted_plugin_errors = from(2, 1),
      .formatted_other_errors = from(3, 3),
      .request_id = from(3, 5),
      .server_errors_by_prefix = before(2, 1),
      .server_errors_by_quality = from(3, 4),
      .error_title = from(3, 4) ? "Error" : "Kong Error",

      .router = from(3, 0) ? RouterFlavor::traditional_compatible : RouterFlavor::traditional,
      .regex_by_tilde = from(3, 0),
      .normalizes_request = from(2, 3),
      .normalizes_prefixes = from(2, 4) && before(3, 0),
      .smaller_id_wins = from(3, 0),
      .wrong_method = from(3, 0)   ? "Method not allowed"
                      : from(2, 2) ? "The upstream server responded with 405"
                                   : "",
      .connect_is_405 = from(3, 0),

      .key_auth_priority = from(3, 0) ? 1250 : 1003,
      .rate_limiting_priority = from(3, 0) ? 910 : 901,
      .counts_in_log_phase = before(2, 3),
      .limit_headers_replace = before(2, 3),
      .redis_counts_reads = from(3, 4),
      .service_identifier = from(2, 1),
      .limit_path_normalized = from(3, 0),
      .unknown_key = from(3, 6) ? "Unauthorized" : "Invalid authentication credentials",
      .always_challenges = from(3, 7),
      .challenges_on_anonymous_failure = before(3, 5),
      .unreadable_body_is_400 = before(2, 2),
      .keeps_empty_query = from(3, 0),
      .sends_credential_identifier = from(2, 1),
      .clears_credential_username = before(3, 0),

      .forwards_path = from(2, 2),
      .forwards_prefix = from(2, 1),
      .keeps_proxy_authorization = from(2, 6),
      .removes_proxy_authenticate = before(2, 2),
      .via_appends = from(3, 8),
      .server_on_proxied = from(3, 8),
      .server_on_server_errors = before(2, 2) || from(3, 8),
      .debug_header_by_setting = from(3, 2),
      .dns_failure_is_formatted = from(3, 4),
  };
}

}  // namespace gw::gateway
