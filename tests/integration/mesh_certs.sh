#!/usr/bin/env bash
# `certs fetch` with the agent of `mesh up`: files that follow rotations, expiry, and an agent that goes away.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
source "$here/mesh_up_lib.sh"
set -euo pipefail

start_mesh
it_fetches_as_any_consul_lets_it

it "follows a rotation: roots and leaf, at once"
start_watch --service web --out w --exec 'echo run >>runs'
wants "writes" until_true 10 is_good w web
wants_files w web
start_looking w
for roots in 2 3; do
  was=$(serial w/cert.pem)
  mesh fault rotate-root
  wants_status 0
  wants "all roots" until_true 4 has_roots w "$roots" web
  wants "another leaf" until_true 10 has_another w "$was"
  wants "with the cross-certificate" test "$(roots_in w/cert.pem)" -eq 2
done
wants_nothing_seen
wants_files w web
wants_no_event 'certificates_refused|consul_unreachable'

it "an expired leaf is not taken; the next good one is"
mark
kept w
mesh fault expire-leaf web --for $((2 * slower))s
wants_status 0
wants_event certificates_refused 5
wants_kept w
was=$(serial w/cert.pem)
wants "the next one" until_true 20 has_another w "$was"
wants_files w web

it "an agent that is down, and comes back"
mark
kept w
mesh fault agent down
wants_status 0
wants_event consul_unreachable 10
sleep $((2 * slower))
wants_kept w
wants "once: $(logged)" test "$(events consul_unreachable)" -eq 1
mesh fault agent up
wants_event consul_recovered 30
was=$(serial w/cert.pem)
mesh fault rotate-root
wants "watched as before" until_true 10 has_another w "$was"

it "a slow one is waited for"
mesh fault agent slow 1s
wants_status 0
certs --service slow --out slow
wants_status 0
wants_files slow slow
was=$(serial w/cert.pem)
mesh fault rotate-root
wants "watched as before" until_true 15 has_another w "$was"
mesh fault agent up

it "another agent comes in its place, with another CA and lower indexes"
mark
address=$consul
stop_mesh
wants_status 0
forget "$mesh_pid"
wants_event consul_unreachable 10
cp w/ca.crt old.crt
start_mesh --consul-listen "$address"
wants_event consul_recovered 40
other_authority() { has_roots w 1 web && [[ -z $(grep -xFf old.crt w/ca.crt | grep -v CERTIFICATE) ]]; }
wants "another CA" until_true 40 other_authority
was=$(serial w/cert.pem)
mesh fault rotate-root
wants "watched as before" until_true 10 has_another w "$was"
stop_watch
wants_status 0
wants_no_report watch.err
wants "its command ran: $(wc -l <runs)" test "$(wc -l <runs)" -ge 5

it "services reach each other also under a root certificate that another CA has signed"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=above -keyout above.key \
  -out above.crt 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=below -keyout below.key -out below.csr 2>/dev/null
printf 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >below.ext
openssl x509 -req -in below.csr -CA above.crt -CAkey above.key -CAcreateserial -days 2 -extfile below.ext -out below.crt 2>/dev/null
jq -n --rawfile key below.key --rawfile crt below.crt \
  '{Provider: "consul", Config: {PrivateKey: $key, RootCert: $crt}}' >ca.json
run curl -sS --max-time $((20 * slowness)) -o put.out -w '%{http_code}' -X PUT --data @ca.json "http://$consul/v1/connect/ca/configuration"
wants "taken: $(cat out put.out)" test "$(cat out)" = 200
reaches() { [[ "$(curl -s --max-time 5 -o reached -w '%{http_code}' "http://$network.1:9090/")" == 200 ]]; }
wants "reached: $(cat reached 2>/dev/null)" until_true 10 reaches
sleep 1
wants "and stays so" reaches

stop_mesh
wants_status 0
finish
