#!/usr/bin/env bash
# `certs fetch` against a real Consul 1.8: what the stand-in has to be like. It speaks on loopback only.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
source "$here/real_consul_lib.sh"
set -euo pipefail

start_agent
it_fetches_as_any_consul_lets_it

it "follows a rotation: a root at once, the leaf within half a minute"
start_watch --service web --out w --exec 'echo run >>runs'
wants "writes" until_true 10 is_good w web
wants_files w web
start_looking w
was=$(serial w/cert.pem)
wants "rotates" rotate
wants "both roots" until_true 4 has_roots w 2 web
# A fetch is not watched for: this Consul renews only for those who wait.
certs --service kong --out d/kong
wants_status 0
wants_files d/kong kong
wants "both roots" test "$(roots_in d/kong/ca.crt)" -eq 2
wants "another leaf" until_true 45 has_another w "$was"
wants "with the cross-certificate" test "$(roots_in w/cert.pem)" -eq 2
wants_nothing_seen
wants "verifies by the old root too" openssl verify -x509_strict -CAfile d/web/ca.crt -untrusted w/cert.pem w/cert.pem
wants_files w web
wants_no_event 'certificates_refused|consul_unreachable'
wants "its command ran: $(cat runs)" test "$(wc -l <runs)" -ge 2

it "another agent comes in its place, with another CA and lower indexes"
kill_consul
wants_event consul_unreachable 10
wants "kept" is_good w web
was=$(serial w/cert.pem)
cp w/ca.crt old.crt
revive_agent
wants_event consul_recovered 30
wants "another leaf" until_true 40 has_another w "$was"
wants "another CA" test -z "$(grep -xFf old.crt w/ca.crt | grep -v CERTIFICATE || true)"
wants "one root" has_roots w 1 web
was=$(serial w/cert.pem)
wants "rotates" rotate
wants "watched as before" until_true 4 has_roots w 2 web
wants "watched as before" until_true 45 has_another w "$was"
stop_watch
wants_status 0
wants_no_report watch.err
kill_consul

it "with ACLs: who may not is told what is missing"
start_agent 'acl = { enabled = true, default_policy = "deny" }'
bootstrapped() { api acl/bootstrap -X PUT -f >bootstrap.json; }
until_true 20 bootstrapped
token=(-H "X-Consul-Token: $(jq -r .SecretID bootstrap.json)")
api acl/policy -X PUT -f --data '{"Name": "web", "Rules": "service \"web\" { policy = \"write\" }"}' >out
api acl/token -X PUT -f --data '{"Policies": [{"Name": "web"}]}' | jq -r .SecretID >token
certs --service web --out acl --token-file token
wants_status 0
wants_files acl web
certs --service web --out no
wants_status 3
wants_err 403
wants_err service:write
certs --service kong --out no --token-file token
wants_status 3
wants_err service:write
wants_err kong
printf '11111111-2222-3333-4444-555555555555' >wrong
certs --service web --out no --token-file wrong
wants_status 3
wants_err 'ACL not found'
wants "nothing written" test ! -e no/cert.pem
finish
