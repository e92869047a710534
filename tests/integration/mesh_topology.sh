#!/usr/bin/env bash
# `gatewayctl mesh up -f`: topologies, good and bad, and what they make of services, sidecars and agent.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_up_lib.sh"
set -euo pipefail

# through ADDRESS FLAGS...: out is the body, code the status
through() {
  : >head
  run curl -sS --max-time $((20 * slowness)) -D head "${@:2}" "http://$1"
  code=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' head | tail -1)
}

it "a topology that is wrong: each mistake at its place, and nothing is started"
cat >wrong.yml <<'Y'
gateway: kong
services:
  web: {calls: [apo], port: 99999}
  api: {delay: soon}
intentions: [deny web, forbid web api, allow web else, deny web else]
defalt: deny
network: 10.0.0.0
Y
run "$GATEWAYCTL" mesh up -f wrong.yml --consul-listen 127.0.0.1:0
wants_status 1
cp err said
for place in 3:29 4:16 5:14 5:24 5:56 6:1 7:10; do wants "a line about $place: $(cat said)" grep -qF "wrong.yml:$place:" said; done
wants "a guess" grep -qF "did you mean 'default'" said
cat >wrong.yml <<'Y'
gateway: kong
services:
  web: {calls: [apo]}
  api: {}
Y
run "$GATEWAYCTL" mesh up -f wrong.yml --consul-listen 127.0.0.1:0
wants_status 1
wants "who is called: $(cat err)" grep -qF "wrong.yml:3:17:" err
printf 'gateway: kong\nservices:\n  web: {}\n  api: {address: 127.0.0.3}\n' >wrong.yml
run "$GATEWAYCTL" mesh up -f wrong.yml --consul-listen 127.0.0.1:0
wants_status 1
wants "an address twice: $(cat err)" grep -qE "wrong.yml:4:[0-9]+: error" err
run "$GATEWAYCTL" mesh up -f none.yml
wants_status 3
wants_err none.yml
printf 'services: {web: {}\n' >broken.yml
run "$GATEWAYCTL" mesh up -f broken.yml
wants_status 1
wants_err broken.yml

it "services of one's own: names, delays, errors, limits, another application"
network_of_mine=$(free_network)
start_peer
cat >mine.yml <<Y
gateway: {name: edge, calls: {front: 8088}}
network: $network_of_mine
services:
  front: {calls: {slow: 9001, flaky: 9002}, message: hello, name: the-front}
  slow: {delay: 150ms}
  flaky: {error: {rate: 0.5, code: 503}}
  limited: {rate_limit: {rate: 1, code: 429}}
  real: {application: "127.0.0.1:$peer"}
default: allow
intentions: [deny front limited, allow front slow]
consul: {datacenter: dc9, leaf_ttl: 2h}
kv: {motd: hello, a/b: c}
Y
start_mesh -f mine.yml
mine=${network_of_mine%.0}
wants_json ".services.real.app == \"127.0.0.1:$peer\"" mesh.json
through "$mine.1:8088/"
wants_json '.name == "the-front" and .body == "hello" and .upstream_calls[0].name == "slow"'
wants_json '.duration | test("^(1[5-9][0-9]|[2-9][0-9][0-9])(\\.[0-9]+)?ms|s$")'
codes=""
for _ in 1 2 3 4; do
  through "$mine.5:9090/"
  codes+="$code "
done
wants "every second one: $codes" grep -qE '^(200 503 200 503|503 200 503 200) $' <<<"$codes"
codes=""
for _ in 1 2 3 4 5; do
  through "$mine.6:9090/"
  codes+="$code "
done
wants "limited: $codes" grep -q 429 <<<"$codes"
gatewayctl certs fetch --service edge --out edge
wants_status 0
run curl -sS --insecure --cert edge/cert.pem --key edge/cert.key "https://$mine.7:20000/headers"
wants_json '.service != "x"'
wants "dc9" grep -qE '/dc/dc9/svc/edge' <<<"$(openssl x509 -in edge/cert.pem -noout -ext subjectAltName)"
wants "two hours" openssl x509 -in edge/cert.pem -noout -checkend 6900 >checked
wants "no more" test -z "$(openssl x509 -in edge/cert.pem -noout -checkend 7300 >/dev/null && echo longer)"
wants "the store" test "$(ask 'kv/a/b?raw')" = c
wants "the store" test "$(ask 'kv/motd?raw')" = hello
ask connect/intentions >out
wants_json 'map([.SourceName, .DestinationName, .Action]) | sort == [["front","limited","deny"],["front","slow","allow"]]'
ask catalog/services >out
wants_json '. | has("front") and has("front-sidecar-proxy") and has("real-sidecar-proxy") and has("consul")'
ask 'health/connect/front?passing' >out
wants_json "length == 1 and .[0].Service.Port == 20000 and .[0].Service.Address == \"$mine.3\""
stop_mesh
wants_status 0

it "denial inside the handshake, and connections that are cut"
cat >strict.yml <<Y
gateway: kong
network: $network_of_mine
services: {web: {}}
default: deny
intentions: [allow kong web]
deny: alert
cut: true
Y
start_mesh -f strict.yml
gatewayctl certs fetch --service kong --out kong
gatewayctl certs fetch --service other --out other
run curl -sS --insecure --cert kong/cert.pem --key kong/cert.key "https://$mine.3:20000/"
wants_json '.name == "web"'
run curl -sS --insecure --tls-max 1.2 --cert other/cert.pem --key other/cert.key "https://$mine.3:20000/"
wants "within the handshake: $status" test "$status" -eq 35
wants_err 'bad certificate'
run curl -sS --insecure --cert other/cert.pem --key other/cert.key "https://$mine.3:20000/"
wants "by TLS 1.3 too: $status" test "$status" -ne 0
wants_silence out
stop_mesh
wants_status 0

it "tokens: who may do what, and no intention means the default"
cat >acl.yml <<Y
gateway: kong
network: $network_of_mine
services: {web: {}}
acl:
  default: deny
  tokens:
  - {secret: 0a000000-0000-4000-8000-000000000001, management: true}
  - {secret: 0a000000-0000-4000-8000-000000000002, rules: {service: {kong: write}}}
Y
start_mesh -f acl.yml
gatewayctl certs fetch --service kong --out no
wants_status 3
wants_err service:write
printf '0a000000-0000-4000-8000-000000000002\n' >token
gatewayctl certs fetch --service kong --out acl --token-file token
wants_status 0
gatewayctl certs fetch --service web --out no --token-file token
wants_status 3
mesh intention create --allow kong web
wants_status 3
wants_err 'Permission denied'
export CONSUL_HTTP_TOKEN=0a000000-0000-4000-8000-000000000001
mesh intention check kong web
wants_status 1
mesh intention create --allow kong web
wants_status 0
run curl -sS --insecure --cert acl/cert.pem --key acl/cert.key "https://$mine.3:20000/"
wants_json '.name == "web"'
unset CONSUL_HTTP_TOKEN
cat mesh.out mesh.err >said
wants "no secret in what it says" test -z "$(grep -F 0a000000-0000-4000-8000 said || true)"
stop_mesh
wants_status 0
finish
