#!/usr/bin/env bash
# Other people's clients against the agent of `mesh up`: Consul's own CLI and its built-in proxy, npm's client,
# consul-template. What cannot be had is said and left out. (`mesh_clients.sh real`: against a real agent.)
source "$(dirname "${BASH_SOURCE[0]}")/mesh_up_lib.sh"
set -euo pipefail
had=0
consul_cli=$("$here/get_consul.sh" 2>why) || { printf 'SKIPPED: the CLI and its proxy: %s\n' "$(tail -n 1 why)"; consul_cli=""; }

if [[ ${1:-} == real ]]; then
  source "$here/real_consul_lib.sh"
  start_agent
  consul=$CONSUL_HTTP_ADDR
else
  start_mesh
fi
cli() { run timeout -k 5 $((60 * slowness)) "$consul_cli" "$@"; }

the_cli() {
  it "consul intention"
  cli intention create -deny kong web
  wants_status 0
  wants_out 'Created: kong => web (deny)'
  cli intention create -deny kong web
  wants_status 1
  wants_err 'duplicate intention found: DENY default/kong => default/web (ID: '
  cli intention create -allow -replace -meta a=b kong web
  wants_status 0
  cli intention get kong web
  wants_status 0
  wants "allow" grep -qE '^Action: +allow$' out
  wants "its meta" grep -qE '^Meta\[a\]: +b$' out
  id=$(sed -n 's/^ID: *//p' out)
  cli intention get "$id"
  wants_status 0
  wants "kong" grep -qE '^Source: +kong$' out
  cli intention create -deny '*' api
  wants_status 0
  cli intention check kong web
  wants_status 0
  wants_out Allowed
  cli intention check web api
  wants_status 1
  wants_out Denied
  cli intention match web
  wants_status 0
  wants_out 'kong => web (allow)'
  cli intention match -source kong
  wants_out 'kong => web (allow)'
  cli intention delete kong web
  wants_status 0
  wants_out 'Intention deleted.'
  cli intention delete kong web
  wants_status 1
  wants_err 'Intention with source "kong" and destination "web" not found.'
  cli intention delete '*' api
  wants_status 0

  it "consul connect ca"
  cli connect ca get-config
  wants_status 0
  wants_json '.Provider == "consul" and .Config.LeafCertTTL == "72h"'
  jq '.Config.LeafCertTTL = "48h"' out >ca.json
  cli connect ca set-config -config-file ca.json
  wants_status 0
  cli connect ca get-config
  wants_json '.Config.LeafCertTTL == "48h"'
  jq '.Config.LeafCertTTL = "1m"' out >ca.json
  cli connect ca set-config -config-file ca.json
  wants_status 1
  wants_err 'leaf cert TTL must be greater or equal than 1h0m0s'

  it "consul kv"
  cli kv put cli/a one
  wants_out 'Success! Data written to: cli/a'
  cli kv put -cas -modify-index=0 cli/a two
  wants_status 1
  cli kv put -flags=42 cli/b two
  wants_status 0
  cli kv get cli/a
  wants "one" test "$(cat out)" = one
  cli kv get -detailed cli/b
  wants_out 'Flags            42'
  cli kv get -recurse cli/
  wants_out 'cli/a:one'
  cli kv get -keys cli/
  wants_out cli/b
  cli kv export cli/
  wants_json 'length == 2 and .[0].key == "cli/a" and .[0].value == "b25l"'
  cp out exported.json
  cli kv delete -recurse cli/
  wants_status 0
  cli kv get cli/a
  wants_status 1
  wants_err 'No key exists at: cli/a'
  cli kv import @exported.json
  wants_status 0
  cli kv get cli/b
  wants "two" test "$(cat out)" = two
  cli kv delete -recurse cli/

  it "consul catalog, members, info"
  cli catalog datacenters
  wants "dc1" test "$(cat out)" = dc1
  cli catalog nodes -detailed
  wants_status 0
  wants_out lan=127.
  cli catalog services -tags
  wants_out consul
  cli members
  wants_status 0
  wants_out alive
  wants_out 1.8.7
  cli info
  wants_status 0
  wants_out 'consul:'
  cli watch -type services
  wants_status 0
  wants_json 'has("consul")'

  it "consul services"
  printf 'service { name = "cli" port = 4321 tags = ["x"] connect { sidecar_service {} } check { ttl = "60s" } }\n' >cli.hcl
  cli services register cli.hcl
  wants_status 0
  wants_out 'Registered service: cli'
  in_catalog() { "$consul_cli" catalog services | grep -qx cli-sidecar-proxy; }
  wants "in the catalog" until_true 10 in_catalog
  cli catalog nodes -service=cli
  wants_status 0
  cli services deregister cli.hcl
  wants_status 0
  cli services deregister -id=cli
  cli maint
  wants_status 0
}

# answers CODE: through the proxy's own way, on the port $way.
answers() { [[ "$(curl -sS --max-time 10 -o body -w '%{http_code}' "http://127.0.0.1:$way/" 2>/dev/null)" == "$1" ]]; }
the_proxy() {
  it "Consul's built-in proxy: certificates, intentions, discovery are ours"
  start_peer
  sidecar=$(free_port)
  way=$(free_port)
  # The proxy of front calls app, whose proxy forwards to a service of ours.
  ask agent/service/register -X PUT -d "{\"Name\": \"app\", \"Port\": $peer, \"Connect\": {\"SidecarService\":
    {\"Port\": $sidecar, \"Address\": \"127.0.0.1\", \"Check\": {\"TTL\": \"1h\", \"Status\": \"passing\"}}}}"
  ask agent/service/register -X PUT -d "{\"Name\": \"front\", \"Port\": 1, \"Connect\": {\"SidecarService\": {\"Port\": $(free_port),
    \"Proxy\": {\"Upstreams\": [{\"DestinationName\": \"app\", \"LocalBindPort\": $way}]}}}}"
  for name in app front; do
    "$consul_cli" connect proxy -sidecar-for "$name" -log-level debug >"proxy.$name.log" 2>&1 </dev/null &
    pids+=("$!")
  done
  wants "served: $(tail -n 3 proxy.app.log; tail -n 3 proxy.front.log)" until_true 30 answers 200
  "$consul_cli" intention create -deny front app >out
  wants "denied at the next connection" until_true 5 answers 000
  "$consul_cli" intention delete front app >out
  wants "allowed again" until_true 5 answers 200
  gatewayctl certs fetch --service other --out other
  run curl -sS --insecure --max-time 20 --no-alpn --cert other/cert.pem --key other/cert.key "https://127.0.0.1:$sidecar/"
  wants_status 0
  if [[ -n ${mesh_pid:-} ]]; then
    it "it follows a rotation of ours"
    mesh fault rotate-root
    wants_status 0
    has_new_leaf() {
      openssl s_client -connect "127.0.0.1:$sidecar" -cert other/cert.pem -key other/cert.key -showcerts </dev/null 2>/dev/null |
        grep -c 'BEGIN CERTIFICATE' | grep -qx 2
    }
    wants "it shows the chain of a new leaf" until_true 40 has_new_leaf
    wants "served" until_true 10 answers 200
    gatewayctl certs fetch --service kong --out other
    run curl -sS --insecure --max-time 20 --no-alpn --cert other/cert.pem --key other/cert.key "https://127.0.0.1:$sidecar/"
    wants_status 0
  fi
}

the_npm_client() {
  it "npm's consul client"
  run env NODE_PATH="$npm_folder/node_modules" GW_SLOWNESS="$slowness" node "$here/mesh_npm_client.js" "${consul%:*}" "${consul##*:}"
  wants_status 0
  for part in status kv agent catalog health watch intentions configuration; do wants_out "ok $part"; done
}

the_template() {
  it "consul-template"
  printf '{{range caRoots}}{{.RootCertPEM}}{{end}}' >ca.crt.tmpl
  printf '{{with caLeaf "nginx"}}{{.CertPEM}}{{end}}' >cert.pem.tmpl
  printf '{{with caLeaf "nginx"}}{{.PrivateKeyPEM}}{{end}}' >cert.key.tmpl
  run timeout $((60 * slowness)) consul-template -consul-addr "$consul" -once -template ca.crt.tmpl:ca.crt \
    -template cert.pem.tmpl:cert.pem -template cert.key.tmpl:cert.key
  wants_status 0
  gatewayctl certs verify --ca ca.crt --cert cert.pem --key cert.key
  wants_status 0
}

if npm_folder=$("$here/get_consul_npm.sh" 2>why); then
  had=$((had + 1))
  the_npm_client
else
  printf "SKIPPED: npm's client: %s\n" "$(tail -n 1 why)"
fi
if [[ -n $consul_cli ]]; then
  had=$((had + 1))
  the_cli
  the_proxy
  if [[ -n ${mesh_pid:-} ]]; then
    it "a real agent has no faults, and says so"
    source "$here/real_consul_lib.sh"
    start_agent
    mesh fault rotate-root
    wants "status $status" test "$status" -ne 0
    wants_err 'mesh up'
    mesh intention create --deny kong web
    wants_status 0
    mesh intention check kong web
    wants_status 1
    mesh intention delete kong web
    wants_status 0
    export CONSUL_HTTP_ADDR=$consul
  fi
fi
if command -v consul-template >/dev/null; then
  had=$((had + 1))
  the_template
else
  printf 'SKIPPED: consul-template: there is none\n'
fi
[[ $had -gt 0 ]] || exit 77
[[ -z ${mesh_pid:-} ]] || { stop_mesh; wants_status 0; }
finish
