#!/usr/bin/env bash
# Who is who between gateway and upstream by TLS: upstreams that refuse the gateway's certificate,
# before or (TLS 1.3) after its handshake has ended, and upstreams that are not who they should be.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail

authority evil
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=mesh \
  -addext subjectAltName=URI:spiffe://1111.consul -keyout mesh.key -out mesh.crt 2>/dev/null
readonly web=spiffe://1111.consul/ns/default/dc/dc1/svc/web
leaf web "URI:$web" mesh
leaf client URI:spiffe://1111.consul/ns/default/dc/dc1/svc/kong mesh

# s_server PORT FLAGS...
s_server() {
  openssl s_server -accept "127.0.0.1:$1" -cert web.crt -key web.key -www "${@:2}" >"s_server.$1" 2>&1 </dev/null &
  pids+=("$!")
  until_true 10 accepts "$1"
}
old=$(free_port) lone=$(free_port) open=$(free_port)
s_server "$old" -tls1_2 -Verify 1 -verify_return_error -CAfile evil.crt
# One for each request: what is the same in the log is told once in ten seconds.
new=()
for i in 0 1 2 3; do
  new+=("$(free_port)")
  s_server "${new[i]}" -tls1_3 -Verify 1 -verify_return_error -CAfile evil.crt
done
s_server "$lone" -tls1_3 -Verify 1 -verify_return_error -CAfile mesh.crt
s_server "$open" -alpn h2,http/1.1

readonly mesh_id=11111111-1111-4111-8111-111111111111 client_id=33333333-3333-4333-8333-333333333333
service() { # service NAME PORT FIELDS
  printf -- '- {name: %s, url: "https://127.0.0.1:%s", retries: 1, %s,\n   routes: [{name: %s, paths: [/%s]}]}\n' \
    "$1" "$2" "$3" "$1" "$1"
}
sans() { printf 'ca_certificates: [%s], tls_sans: {uris: ["%s"]}' "$mesh_id" "$1"; }
cat >kong.yml <<Y
_format_version: "3.0"
ca_certificates:
- {id: $mesh_id, cert: "{vault://file/mesh.crt}"}
certificates:
- {id: $client_id, cert: "{vault://file/client.crt}", key: "{vault://file/client.key}"}
services:
$(service old "$old" "client_certificate: $client_id")
$(for i in 0 1 2 3; do service "new$i" "${new[i]}" "client_certificate: $client_id"; done)
$(service known "$lone" "client_certificate: $client_id")
$(service bare "$lone" "tls_verify: false")
$(service web "$open" "$(sans "$web")")
$(service anydomain "$open" "$(sans spiffe:///ns/default/dc/dc1/svc/web)")
$(service other "$open" "$(sans "$web-admin")")
Y
start_serve kong.yml --admin-listen off --workers 1

logged() { grep -F upstream_tls_failed serve.err | grep -F "upstream=127.0.0.1:$1 " | grep -qF -- "$2"; }
# The log is written by a thread of its own, a moment after the answer.
wants_logged() { # wants_logged PORT WORDS
  checks=$((checks + 1))
  until_true 5 logged "$1" "$2" || fail "wanted in the log about port $1: $2; it has: $(cat serve.err)"
}

it "a refusal inside the handshake is a 502, and its alert is told"
fetch /old
wants_code 502
wants_logged "$old" 'the upstream refused our certificate (alert unknown CA); in a mesh: an intention denies it, or it trusts another CA'

it "a refusal after the handshake is the same"
head -c 3000000 /dev/zero >big
tries() { grep -c 'certificate verify failed' "s_server.${new[$1]}" || true; }
kinds=("" "-X POST" "--data-binary @big" "-T big -H Transfer-Encoding:chunked")
for i in 0 1 2 3; do
  read -ra more <<<"${kinds[i]}"
  fetch "/new$i" "${more[@]}"
  wants_code 502
  wants_logged "${new[i]}" 'the upstream refused our certificate (alert unknown CA)'
done
# Only what fails by TLS is tried again for a POST, as nothing of it can have been acted on.
# (A body that has been streamed cannot be sent a second time.)
tried_twice() { test "$(tries 1)" -eq 2; }
until_true 5 tried_twice || true
wants "a second try of the POST, not $(tries 1)" tried_twice

it "an upstream that wants a certificate says so"
fetch /bare
wants_code 502
wants_logged "$lone" 'the upstream wants a certificate of ours (alert certificate required)'
fetch /known
wants_code 200

it "an upstream is who its certificate says"
fetch /web
wants_code 200
fetch /anydomain
wants_code 200
fetch /other
wants_code 502
wants_logged "$open" "the upstream is $web, not $web-admin"

it "HTTP/2 is not agreed on"
wants "no ALPN" test -z "$(grep -F 'ALPN protocols selected: h2' "s_server.$open" || true)"
finish
