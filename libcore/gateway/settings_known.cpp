// The settings of Kong 2.0 to 3.9 that mean nothing here, of kong/templates/kong_defaults.lua.
#include "gateway/settings.h"
#include "gateway/settings_server.h"

namespace gw::gateway {
namespace {

// One a word. Directives that Kong injects into nginx (nginx_*) need no entry.
constexpr std::string_view kWithoutEffect =
    " admin_error_log admin_gui_access_log admin_gui_api_url admin_gui_csp_header"
    " admin_gui_error_log admin_gui_listen admin_gui_origin admin_gui_path admin_gui_ssl_cert"
    " admin_gui_ssl_cert_key admin_gui_url anonymous_reports cassandra_consistency"
    " cassandra_contact_points cassandra_data_centers cassandra_keyspace cassandra_lb_policy"
    " cassandra_local_datacenter cassandra_password cassandra_port cassandra_read_consistency"
    " cassandra_refresh_frequency cassandra_repl_factor cassandra_repl_strategy"
    " cassandra_schema_consensus_timeout cassandra_ssl cassandra_ssl_verify cassandra_timeout"
    " cassandra_username cassandra_write_consistency cluster_ca_cert cluster_cert cluster_cert_key"
    " cluster_cjson cluster_control_plane cluster_data_plane_purge_delay cluster_dp_labels"
    " cluster_listen cluster_max_payload cluster_mtls cluster_ocsp cluster_rpc cluster_rpc_sync"
    " cluster_server_name cluster_use_proxy database db_cache_neg_ttl db_cache_ttl"
    " db_cache_warmup_entities db_resurrect_ttl db_update_frequency db_update_propagation"
    " debug_access_log debug_error_log debug_listen debug_listen_local debug_ssl_cert"
    " debug_ssl_cert_key declarative_config_string dedicated_config_processing dns_cache_size"
    " dns_no_sync error_template_html error_template_json error_template_plain error_template_xml"
    " go_plugins_dir go_pluginserver_exe host_ports kic legacy_hybrid_protocol"
    " legacy_worker_events lmdb_environment_path lmdb_map_size lua_max_post_args"
    " lua_max_req_headers lua_max_resp_headers lua_max_uri_args lua_package_cpath lua_package_path"
    " lua_socket_pool_size lua_ssl_protocols mem_cache_size new_dns_client node_id openresty_path"
    " opentelemetry_tracing opentelemetry_tracing_sampling_rate pg_backlog pg_database pg_host"
    " pg_keepalive_timeout pg_max_concurrent_queries pg_password pg_pool_size pg_port"
    " pg_ro_backlog pg_ro_database pg_ro_host pg_ro_keepalive_timeout"
    " pg_ro_max_concurrent_queries pg_ro_password pg_ro_pool_size pg_ro_port pg_ro_schema"
    " pg_ro_semaphore_timeout pg_ro_ssl pg_ro_ssl_verify pg_ro_timeout pg_ro_user pg_schema"
    " pg_semaphore_timeout pg_ssl pg_ssl_verify pg_timeout pg_user plugins pluginserver_names"
    " privileged_agent proxy_server proxy_server_ssl_verify proxy_stream_access_log"
    " proxy_stream_error_log request_debug request_debug_token resolver_address"
    " resolver_error_ttl resolver_family resolver_hosts_file resolver_lru_cache_size"
    " resolver_mem_cache_size resolver_stale_ttl resolver_valid_ttl role router_consistency"
    " router_update_frequency ssl_cipher_suite ssl_ciphers ssl_dhparam ssl_prefer_server_ciphers"
    " ssl_protocols ssl_session_cache_size ssl_session_tickets ssl_session_timeout"
    " status_access_log status_error_log status_listen status_ssl_cert status_ssl_cert_key"
    " stream_listen tracing_instrumentations tracing_sampling_rate untrusted_lua"
    " untrusted_lua_sandbox_environment untrusted_lua_sandbox_requires upstream_keepalive vaults"
    " wasm wasm_dynamic_module wasm_filters wasm_filters_path worker_consistency"
    " worker_events_max_payload worker_state_update_frequency ";

bool is_known(std::string_view name) {
  if (name.empty() || name.find(' ') != std::string_view::npos) return false;
  return kWithoutEffect.find(" " + std::string(name) + " ") != std::string_view::npos;
}

}  // namespace

bool is_setting_without_effect(std::string_view name) {
  return is_known(name) || is_server_setting(name) || name.starts_with("nginx_");
}

}  // namespace gw::gateway
