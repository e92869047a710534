#!/usr/bin/env bash
# `gatewayctl mesh fault`: a rotated root under load, an expired leaf, an agent that is slow or down.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_lib.sh"
source "$here/mesh_up_lib.sh"
set -euo pipefail

start_mesh
cat >kong.yml <<Y
_format_version: "3.0"
$(kong_certificate)
ca_certificates:
- {id: $roots_id, cert: "{vault://consul/roots}"}
services:
- name: web
  url: https://web-sidecar.default.svc.cluster.local:20000
  $(is web | sed 's/, tls_sans/\n  tls_sans/')
  ca_certificates: [$roots_id]
  tls_verify: true
  routes:
  - {name: web, paths: [/web]}
- name: beside
  url: http://localhost:9090
  routes:
  - {name: beside, paths: [/beside]}
Y
start_serve kong.yml --admin-listen off --set "dns_hostsfile=$(jq -r .hosts mesh.json)" --set upstream_keepalive_pool_size=0
wants "the mesh is there" until_true 10 answers /web 200
wants "and the gateway's own sidecar" until_true 10 answers /beside 200

: >verify.out
# verifies NAME-OF-THE-CA LEAF [UNTRUSTED]
verifies() {
  local chain=()
  [[ $# -lt 3 ]] || chain=(-untrusted "$3")
  openssl verify -x509_strict -CAfile "$1" "${chain[@]}" "$2" >verify.out 2>&1
}
# shown: the sidecar's own certificate and what it sends with it.
shown() {
  openssl s_client -connect "$network.3:20000" -cert old/cert.pem -key old/cert.key -showcerts </dev/null 2>/dev/null |
    sed -n '/BEGIN CERT/,/END CERT/p' >shown.pem
}
it "a rotation under load: no request fails, and every chain verifies before, during and after it"
gatewayctl certs fetch --service kong --out old
wants_status 0
wants "before: $(cat verify.out)" verifies old/ca.crt old/cert.pem
start_load /web 3 /beside 3
mesh fault rotate-root
wants_status 0
gatewayctl certs fetch --service fresh --out new
wants_status 0
ask connect/ca/roots >out
wants_json '.Roots | length == 2 and (map(select(.Active)) | length == 1)'
jq -r '.Roots[] | select(.Active) | .RootCert' out >new-root.pem
jq -r '.Roots[] | select(.Active) | .IntermediateCerts[]' out >cross.pem
jq -r '.Roots[] | select(.Active | not) | .RootCert' out >old-root.pem
wants "the old leaf, by all roots: $(cat verify.out)" verifies new/ca.crt old/cert.pem
wants "the old leaf, by its own root" verifies old-root.pem old/cert.pem
wants "the new leaf, by all roots: $(cat verify.out)" verifies new/ca.crt new/cert.pem
wants "the new leaf, by the new root: $(cat verify.out)" verifies new-root.pem new/cert.pem
wants "the new leaf, by the old root and what comes with it: $(cat verify.out)" verifies old-root.pem new/cert.pem new/cert.pem
wants "the new root for the old, by the roots' list" verifies old-root.pem cross.pem
wants "not without" test -z "$(openssl x509 -in new/cert.pem >alone.pem && verifies old-root.pem alone.pem && echo verifies)"
has_new_chain() { shown && [[ $(grep -c BEGIN shown.pem) -eq 2 ]] && verifies old/ca.crt shown.pem shown.pem && verifies new-root.pem shown.pem; }
wants "web shows a new leaf, which old and new believe: $(cat verify.out)" until_true 10 has_new_chain
mesh fault rotate-root
wants_status 0
wants "renewed" until_true 45 test "$(sleep 0.2; grep -c 'event=certificate_renewed .*service=kong' serve.err)" -ge 1
sleep 1
end_load
gatewayctl certs fetch --service kong --out last
wants "after: $(cat verify.out)" verifies last/ca.crt last/cert.pem last/cert.pem
wants "three roots" test "$(grep -c BEGIN last/ca.crt)" -eq 3
wants "still by the first" verifies old-root.pem old/cert.pem
wants "served" answers /web 200

it "an expired leaf: connections fail, and are served again after it"
mesh fault expire-leaf web --for $((3 * slower))s
wants_status 0
is_expired() { shown && ! openssl x509 -in shown.pem -noout -checkend 0; }
wants "web shows it" until_true 3 is_expired
wants "refused: $(tail -n 2 serve.err)" until_true 3 answers /web 502
wants "told: $(tail -n 2 serve.err)" until_true 5 grep -qE 'event=upstream_tls_failed .*service=web' serve.err
wants "a good one again" until_true 30 answers /web 200
is_good_again() { shown && openssl x509 -in shown.pem -noout -checkend 3600; }
wants "for long" until_true 5 is_good_again
mesh fault expire-leaf nobody-has-asked-for
wants "one that nobody has yet: status $status" test "$status" -le 1

it "a slow agent answers later, its controls do not"
mesh fault agent slow 700ms
wants_status 0
began=$(date +%s%3N)
ask status/leader >out
took=$(($(date +%s%3N) - began))
wants "later: $took ms" test "$took" -ge 700
began=$(date +%s%3N)
control 'agent/slow?delay=1500ms' >out
took=$(($(date +%s%3N) - began))
wants "the controls at once: $took ms" test "$took" -lt $((1500 * slowness))
wants "sidecars go on" answers /web 200
mesh fault agent up
wants_status 0
quick() {
  local began
  began=$(date +%s%3N)
  ask status/leader >out && (($(date +%s%3N) - began < 700))
}
wants "as before" until_true 5 quick

it "an agent that is down resets whoever comes, and who waits; the mesh goes on"
curl -sS "http://$consul/v1/connect/ca/roots?index=1000000&wait=5m" >blocked 2>&1 </dev/null &
blocked=$!
sleep 0.3
mesh fault agent down
wants_status 0
status=0
wait "$blocked" || status=$?
wants "who waits is reset: $status, $(cat blocked)" test "$status" -ne 0
run curl -sS --max-time 10 "http://$consul/v1/status/leader"
wants "reset, not refused: $status" test "$status" -eq 56 -o "$status" -eq 52
wants "told" until_true 15 grep -q event=consul_unreachable serve.err
wants "the mesh goes on" answers /web 200
wants "the mesh goes on" answers /beside 200
mesh intention list
wants_status 3
gatewayctl certs fetch --service kong --out none
wants_status 3
mesh fault agent up
wants_status 0
wants "it is back" until_true 10 ask status/leader -f
wants "and watched" until_true 40 grep -q event=consul_recovered serve.err
mesh intention list
wants_status 0

it "controls are not for web pages"
for flags in "" "-H X-Gatewayctl:yes"; do
  # shellcheck disable=SC2086
  code=$(curl -sS --max-time 10 -o /dev/null -w '%{http_code}' -X PUT $flags "http://$consul/v1/gatewayctl/fault/rotate-root")
  wants "refused: $code" test "$code" -ge 400 -a "$code" -lt 500
done
code=$(curl -sS --max-time 10 -o /dev/null -w '%{http_code}' "http://$consul/v1/gatewayctl/status")
wants "refused: $code" test "$code" -ge 400 -a "$code" -lt 500
curl -sS --max-time 10 -H 'X-Gatewayctl: mesh' "http://$consul/v1/gatewayctl/status" >out
wants_json 'type == "object"'
ask connect/ca/roots >out
wants_json '.Roots | length == 3'

stop_serve
wants_status 0
stop_mesh
wants_status 0
wants_no_report err
finish
