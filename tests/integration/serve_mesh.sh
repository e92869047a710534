#!/usr/bin/env bash
# serve as the service kong of a mesh: whom it reaches, whom it does not, and what it says then.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_lib.sh"
set -euo pipefail

start_consul --token secret-token
export CONSUL_HTTP_TOKEN=secret-token
domain=$(the_trust_domain)
readonly domain

# One who has made a CA of his own, and names himself as he likes.
authority foreign
leaf evil "URI:spiffe://$domain/ns/default/dc/dc1/svc/web" foreign
cat evil.crt evil.key >evil.pem

# A name's last letters say which TLS its sidecar speaks.
for tls in 2 3; do
  for name in web refused anonymous; do start_sidecar "$name$tls" web --tls "1.$tls"; done
  start_sidecar "similar$tls" web-admin --tls "1.$tls"
  start_sidecar "foreign$tls" web --tls "1.$tls" --certificate evil.pem
done
start_sidecar other api
for name in abroad elsewhere; do start_sidecar "$name" web; done
start_sidecar silent web --refuse close
start_sidecar rude web --refuse reset
start_sidecar modern web --alpn h2

printf '127.0.0.1 localhost\n' >hosts
write_config() {
  printf '_format_version: "3.0"\n'
  kong_certificate
  printf 'ca_certificates:\n- {id: %s, cert: "{vault://consul/roots}"}\n' "$roots_id"
  printf 'services:\n'
  for name in web2 web3 refused2 refused3 similar2 similar3 foreign2 foreign3 other silent rude modern; do
    mesh_service "$name" "${sidecar[$name]}" "$(is web)"
  done
  for tls in 2 3; do
    mesh_service "anonymous$tls" "${sidecar[anonymous$tls]}" 'tls_sans: {uris: ["spiffe:///ns/default/dc/dc1/svc/web"]}'
  done
  mesh_service full "${sidecar[web3]}" "client_certificate: $kong_id, tls_verify: true, ca_certificates: [$roots_id],
   tls_sans: {uris: [\"spiffe://$domain/ns/default/dc/dc1/svc/web\"]}"
  mesh_service either "${sidecar[web3]}" "client_certificate: $kong_id,
   tls_sans: {uris: [\"spiffe:///ns/default/dc/dc1/svc/api\", \"spiffe:///ns/default/dc/dc1/svc/web\"]}"
  mesh_service abroad "${sidecar[abroad]}" "client_certificate: $kong_id,
   tls_sans: {uris: [\"spiffe://00000000-0000-4000-8000-000000000000.consul/ns/default/dc/dc1/svc/web\"]}"
  mesh_service elsewhere "${sidecar[elsewhere]}" "client_certificate: $kong_id,
   tls_sans: {uris: [\"spiffe:///ns/default/dc/dc2/svc/web\"]}"
  mesh_service careless "${sidecar[similar3]}" "$(is web), tls_verify: false"
}
write_config >kong.yml

it "a config that takes its certificates from Consul is valid without an agent"
run env -u CONSUL_HTTP_ADDR -u CONSUL_HTTP_TOKEN "$GATEWAYCTL" validate kong.yml
wants_status 0
cat out err >said

it "tls_sans that nobody looks at are worth a warning"
wants "about careless" grep -qF 'warning[GW1217]' said

start_serve kong.yml --admin-listen off --workers 1 --set dns_hostsfile="$work/hosts"

it "reaches a service as kong, by both versions of TLS"
for tls in 2 3; do
  wants "once the certificates are there" until_true 5 answers "/web$tls" 200
  fetch "/web$tls"
  wants_code 200
  wants_json ".client == \"spiffe://$domain/ns/default/dc/dc1/svc/kong\" and .version == \"TLSv1.$tls\""
  wants_json '.service == "web" and .served >= 2'
  head -c 3000000 /dev/urandom >upload
  fetch "/web$tls" --data-binary @upload
  wants_json ".body.sha256 == \"$(sha256sum upload | cut -d' ' -f1)\""
done

it "whose identity is written out, or is one of several"
for path in /full /either; do
  fetch "$path"
  wants_code 200
  wants_json '.client | endswith("/svc/kong")'
done

# said_of: the answer, without what is of this one request only. Whether the connection stays depends
# on how much of a body was read.
said_of() {
  sed -E 's/\r$//; /^(Date|Connection|X-Kong-[A-Za-z]+-Latency):/d; s/^(X-Kong-Request-Id:).*/\1/' head
  sed -E 's/("request_id": ?")[0-9a-f]*/\1/' out
}
# line_of NAME: what the log says about its sidecar. That one who closes without a word has refused us
# can only be guessed.
line_of() {
  local which=upstream_tls_failed
  [[ $1 != silent && $1 != rude ]] || which='(upstream_failed|upstream_tls_failed)'
  grep -E "event=$which .*($1\\.mesh\\.test|127\\.0\\.0\\.1:${sidecar[$1]}([^0-9]|\$))" serve.err | head -1
}
has_line() { test -n "$(line_of "$1")"; }
# wants_refusal NAME FLAGS...: the one answer that all refusals have.
wants_refusal() {
  fetch "/$1/x" "${@:2}"
  wants_code 502
  wants_json '.message == "An invalid response was received from the upstream server"'
  said_of >said
  [[ -e refusal ]] || cp said refusal
  wants "the answer of all: $(diff refusal said || true)" cmp -s refusal said
  wants "a word about $1 in the log: $(tail -3 serve.err)" until_true 3 has_line "$1"
}
# wants_named NAME SERVICE: who it is, and who it should have been.
wants_named() {
  local line
  line=$(line_of "$1")
  wants "who it is, in $line" grep -qE "spiffe://$domain/ns/default/dc/dc1/svc/$2([^a-z-]|\$)" <<<"$line"
  wants "who is meant, in $line" grep -qE 'spiffe://[^/]*/ns/default/dc/dc[12]/svc/web([^a-z-]|$)' <<<"$line"
}

it "another service than the one that is meant is not reached, however similar"
for name in similar2 similar3; do
  wants_refusal "$name"
  wants_refusal "$name" -H Expect: --data-binary @upload
  wants_named "$name" web-admin
done
wants_refusal other
wants_named other api
wants_refusal abroad
wants_named abroad web
wants_refusal elsewhere
wants_named elsewhere web
for name in similar2 similar3 other; do wants "no request went to $name" test "$(asked "$name")" -eq 0; done

it "nor is one whose CA is another"
for tls in 2 3; do
  wants_refusal "foreign$tls"
  wants_refusal "foreign$tls" -X POST -d hello
  wants "no request went there" test "$(asked "foreign$tls")" -eq 0
done

it "an intention that denies looks the same by TLS 1.2 and 1.3, whoever enforces it"
for name in refused2 refused3 silent rude; do
  fetch "/$name?last=1"
  wants_code 200
  echo kong >"denied.$name"
  wants_refusal "$name"
  wants_refusal "$name" -X POST -d hello
  wants_refusal "$name" -H Expect: --data-binary @upload
  wants "it was the intention" test "$(handshakes "$name" '[.[] | select(.outcome == "denied")] | length')" -ge 3
done

it "whoever is allowed again is served at once"
for name in refused2 refused3 silent rude; do
  echo somebody-else >"denied.$name"
  fetch "/$name"
  wants_code 200
  fetch "/$name" -X POST -d hello
  wants_code 200
done

it "a connection that is open outlives a denial"
echo kong >denied.refused3
fetch /refused3
wants_code 200
rm denied.refused3

it "who shows no certificate is refused"
for tls in 2 3; do wants_refusal "anonymous$tls"; done

it "does not agree on HTTP/2, which the service behind the sidecar does not speak"
fetch /modern
wants_code 200
wants_json '.alpn != "h2"'

it "is served where nobody looks, and the log says so"
fetch /careless
wants_code 200
wants_json '.service == "web-admin"'
wants "a line at start: $(head -20 serve.err)" until_true 5 grep -qE 'level=warn .*GW1217' serve.err

it "a reload leaves everything as it is"
fetch /web3?last=1
before=$(jq -r .serial out)
kill -HUP "$pid"
until_true 5 grep -q event=reloaded serve.err || true
for _ in 1 2 3 4 5; do
  fetch /web3?last=1
  wants_code 200
  wants_json ".serial == \"$before\""
done

it "ends as it should, and needs no agent for that"
kill_consul
stop_serve
wants_status 0
wants "no token in the log" test -z "$(grep -F secret-token serve.err serve.out || true)"
finish
