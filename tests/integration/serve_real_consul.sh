#!/usr/bin/env bash
# The gateway beside a real Consul 1.8 and its own sidecar (`consul connect proxy`): identity, intentions
# and a rotation under load. All of it speaks on loopback only.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_lib.sh"
source "$here/real_consul_lib.sh"
set -euo pipefail

# intention create|delete FLAGS...
intention() { CONSUL_HTTP_ADDR=127.0.0.1:$consul_port "$consul" intention "$@" >intention.out 2>&1; }
# answers CODE: a new connection to the sidecar is made for each, since the gateway is told to keep none.
answers() {
  fetch /web/
  [[ $code == "$1" ]]
}

start_agent
start_peer
sidecar=$(free_port)
"$consul" connect proxy -service web -service-addr "127.0.0.1:$peer" -listen "127.0.0.1:$sidecar" \
  -log-level warn >sidecar.log 2>&1 </dev/null &
pids+=("$!")
until_true 20 accepts "$sidecar"
cat >kong.yml <<Y
_format_version: "3.0"
certificates:
- id: 5f2d9a3c-0b6e-4c55-9d1e-7a4b8e2f6c01
  cert: "{vault://consul/leaf/kong/cert}"
  key: "{vault://consul/leaf/kong/key}"
services:
- name: web
  url: https://127.0.0.1:$sidecar
  client_certificate: 5f2d9a3c-0b6e-4c55-9d1e-7a4b8e2f6c01
  tls_sans: {uris: ["spiffe:///ns/default/dc/dc1/svc/web"]}
  routes:
  - {name: web, paths: [/web]}
- name: other
  url: https://127.0.0.1:$sidecar
  client_certificate: 5f2d9a3c-0b6e-4c55-9d1e-7a4b8e2f6c01
  tls_sans: {uris: ["spiffe:///ns/default/dc/dc1/svc/api"]}
  routes:
  - {name: other, paths: [/other]}
Y

it "an intention that denies is a 502, and the log says who has refused whom"
wants "denied" intention create -deny kong web
start_serve kong.yml --set upstream_keepalive_pool_size=0
mark
wants "refused" until_true 20 answers 502
wants_json '.message == "An invalid response was received from the upstream server"'
wants "told" until_true 5 grep -q 'event=upstream_tls_failed service=web .*an intention denies it' serve.err

it "and allowed again it is served at once"
wants "allowed" intention delete kong web
wants "served" until_true 10 answers 200

it "a sidecar of another service than the one that is meant is not spoken to"
fetch /other/
wants_code 502
wants "told" until_true 5 grep -qE 'event=upstream_tls_failed service=other .*/svc/web, not spiffe://.*/svc/api' serve.err

it "a rotation under load: no failed request"
start_load /web/ 4
wants "rotates" rotate
wants "both roots" until_true 10 grep -q 'event=roots_renewed roots=2 ' serve.err
renewed() { [[ $(grep -c 'event=certificate_renewed service=kong ' serve.err) -ge 2 ]]; }
wants "another leaf" until_true 45 renewed
sleep 1
end_load
wants "served" answers 200

stop_serve
wants_status 0
finish
