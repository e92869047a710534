#!/usr/bin/env bash
# Where `certs fetch` finds Consul, and as whom it asks: each CONSUL_* variable, the flags that win over
# them, and what it says when that does not work.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
set -euo pipefail

# with SETTING... -- FLAGS...: a fetch of web into a new folder, with these in the environment, under
# the command `inside`.
inside=()
with() {
  local settings=()
  while [[ $1 != -- ]]; do
    settings+=("$1")
    shift
  done
  shift
  rm -rf d
  run "${inside[@]}" env "${settings[@]}" timeout -k 5 $((60 * slowness)) "$GATEWAYCTL" certs fetch --service web --out d "$@"
}
wants_fetched() {
  wants_status 0
  wants "good files: $(cat err)" is_good d web
}
# wants_refused STATUS: nothing is written.
wants_refused() {
  wants_status "$1"
  wants "nothing written: $(ls -A d 2>/dev/null)" test ! -e d/cert.pem -a ! -e d/cert.key -a ! -e d/ca.crt
}
last_query() { consul_get log | jq -r '[.[] | select(.path | test("leaf"))] | last | .query'; }

authority api
leaf 127.0.0.1 IP:127.0.0.1,DNS:consul.test api
leaf client DNS:client.test api
leaf named DNS:consul.test api

start_consul --unix "$work/socket"
plain=$consul_port plain_pid=$consul_pid

it "CONSUL_HTTP_ADDR: host:port, http://, unix://"
with "CONSUL_HTTP_ADDR=127.0.0.1:$plain" --
wants_fetched
with "CONSUL_HTTP_ADDR=localhost:$plain" --
wants_fetched
with "CONSUL_HTTP_ADDR=http://127.0.0.1:$plain" --
wants_fetched
with "CONSUL_HTTP_ADDR=http://127.0.0.1:$plain/" --
wants_fetched
consul_get log >log
with "CONSUL_HTTP_ADDR=unix://$work/socket" --
wants_fetched
wants "by the socket" test "$(requests '.via == "unix"')" -ge 2
with "CONSUL_HTTP_ADDR=tcp://127.0.0.1:$plain" --
wants_refused 2
wants_err 'Unknown protocol scheme: tcp'
with "CONSUL_HTTP_ADDR=http://127.0.0.1:port" --
wants_refused 2
wants_err CONSUL_HTTP_ADDR

it "--consul-http-addr wins"
with CONSUL_HTTP_ADDR=tcp://127.0.0.1:1 -- --consul-http-addr "127.0.0.1:$plain"
wants_fetched
with CONSUL_HTTP_ADDR=127.0.0.1:1 -- "--consul-http-addr=unix://$work/socket"
wants_fetched
with "CONSUL_HTTP_ADDR=127.0.0.1:$plain" -- --consul-http-addr ftp://127.0.0.1:1
wants_refused 2
wants_err 'Unknown protocol scheme: ftp'

it "proxies are not asked: the agent is on this machine"
with http_proxy=http://127.0.0.1:1 HTTP_PROXY=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1 --
wants_fetched

it "--datacenter is sent, and an unknown one explained"
with x=y -- --datacenter dc1
wants_fetched
wants "dc=dc1" grep -q 'dc=dc1' <<<"$(last_query)"
with x=y --
wants "no dc when none is named: $(last_query)" test -z "$(last_query | grep -E '(^|&)dc=' || true)"
with x=y -- --datacenter nowhere
wants_refused 3
wants_err "No path to datacenter"
wants_err --datacenter

it "a namespace is sent only when there is one: only Consul Enterprise has any"
with x=y --
wants_fetched
wants "none" test "$(consul_get log | grep -c 'ns=' || true)" -eq 0
with CONSUL_NAMESPACE= CONSUL_PARTITION= --
wants_fetched
with CONSUL_NAMESPACE=team --
wants_refused 3
wants_err Enterprise
wants "ns=team" grep -q 'ns=team' <<<"$(consul_get log)"
with CONSUL_NAMESPACE=team -- --namespace other
wants_refused 3
wants_err Enterprise
wants "the flag wins" grep -q 'ns=other' <<<"$(consul_get log)"
with CONSUL_PARTITION=part --
wants_fetched
wants "partition=part" grep -q 'partition=part' <<<"$(last_query)"
with CONSUL_PARTITION=part -- --partition 'a&b'
wants_fetched
wants "escaped, and the flag wins" grep -q 'partition=a%26b' <<<"$(last_query)"

it "nobody listens: the address, and what it comes from"
nowhere=$(free_port)
with "CONSUL_HTTP_ADDR=127.0.0.1:$nowhere" --
wants_refused 3
wants_err "127.0.0.1:$nowhere"
wants_err CONSUL_HTTP_ADDR
with "CONSUL_HTTP_ADDR=unix://$work/no-socket" --
wants_refused 3
wants_err "$work/no-socket"
with CONSUL_HTTP_ADDR=no-such-name.invalid:8500 --
wants_refused 3
wants_err no-such-name.invalid
with -u CONSUL_HTTP_ADDR -- --datacenter nowhere
wants_refused 3
wants_err 127.0.0.1:8500

it "what Consul refuses is explained"
consul_mode no-connect
with x=y --
wants_refused 3
wants_err 'Connect must be enabled'
consul_mode not-bootstrapped
with x=y --
wants_refused 3
wants_err 'no CA bootstrapped'
consul_mode http-404
with x=y --
wants_refused 3
wants_err 404
consul_mode good

it "there is no --token: a process list shows what is given to a command"
with x=y -- --token secret
wants_refused 2
# Nothing may help out either.
with CONSUL_HTTP_SSL_VERIFY=perhaps --
wants_refused 2
wants_err CONSUL_HTTP_SSL_VERIFY
kill "$plain_pid"

it "a token: from the environment, from a file, from a file that a flag names"
start_consul --token right --auth 'user:pa:ss word'
auth=(CONSUL_HTTP_AUTH='user:pa:ss word')
printf '\n  right \n' >right
printf 'wrong\n' >wrong
: >empty
with "${auth[@]}" CONSUL_HTTP_TOKEN=right --
wants_fetched
with "${auth[@]}" CONSUL_HTTP_TOKEN_FILE=right --
wants_fetched
with "${auth[@]}" CONSUL_HTTP_TOKEN=wrong CONSUL_HTTP_TOKEN_FILE=right --
wants_fetched
with "${auth[@]}" CONSUL_HTTP_TOKEN=right CONSUL_HTTP_TOKEN_FILE=empty --
wants_fetched
with "${auth[@]}" CONSUL_HTTP_TOKEN=wrong CONSUL_HTTP_TOKEN_FILE=wrong -- --token-file right
wants_fetched
wants "not in a URL, which others log" test "$(consul_get log | grep -c 'token=' || true)" -eq 0
with "${auth[@]}" CONSUL_HTTP_TOKEN_FILE=no-such-file --
wants_refused 3
wants_err no-such-file
with "${auth[@]}" CONSUL_HTTP_TOKEN=right -- --token-file no-such-flag-file
wants_refused 3
wants_err no-such-flag-file
with "${auth[@]}" CONSUL_HTTP_TOKEN=$'ri\r\nX-Evil: ght' --
wants "no header of somebody's: $status" test "$status" -eq 2 -o "$status" -eq 3
wants "no second header" test ! -e d/cert.pem

it "a token that does not do, and none: what it would need"
with "${auth[@]}" CONSUL_HTTP_TOKEN=wrong --
wants_refused 3
wants_err 'ACL not found'
wants_err CONSUL_HTTP_TOKEN
with "${auth[@]}" --
wants_refused 3
wants_err service:write
wants_err web

it "CONSUL_HTTP_AUTH"
with CONSUL_HTTP_TOKEN=right --
wants_refused 3
wants_err 401
with CONSUL_HTTP_TOKEN=right CONSUL_HTTP_AUTH=user:wrong --
wants_refused 3
wants "no password in the message" test "$(grep -c 'user:wrong' err || true)" -eq 0
kill "$consul_pid"

# 127.0.0.1's certificate is api's.
tls=(--tls 127.0.0.1.crt 127.0.0.1.key)
consul_curl=(--cacert api.crt)
consul_scheme=https
start_consul "${tls[@]}"
safe=$consul_port

it "https://, CONSUL_HTTP_SSL and CONSUL_CACERT"
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_CACERT=api.crt --
wants_fetched
with "CONSUL_HTTP_ADDR=127.0.0.1:$safe" CONSUL_HTTP_SSL=true CONSUL_CACERT=api.crt --
wants_fetched
with "CONSUL_HTTP_ADDR=http://127.0.0.1:$safe" CONSUL_HTTP_SSL=1 CONSUL_CACERT=api.crt --
wants_fetched
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" --
wants_refused 3
wants_err CONSUL_CACERT
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_CACERT=no-such-ca.crt --
wants_refused 3
wants_err no-such-ca.crt
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_HTTP_SSL_VERIFY=false --
wants_fetched
with "CONSUL_HTTP_ADDR=127.0.0.1:$safe" --
wants_refused 3

it "CONSUL_CACERT and CONSUL_CAPATH take the place of the system's CAs"
mkdir system other.path
cp api.crt system/api.pem
openssl rehash system
cp api.crt system/ca-certificates.crt
authority other
cp other.crt other.path/other.pem
inside=(unshare -rm sh -c 'mount --bind "$0" /etc/ssl/certs && exec "$@"' "$work/system")
if "${inside[@]}" true 2>/dev/null; then
  with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" --
  wants_fetched
  with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_CACERT=other.crt --
  wants_refused 3
  with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_CAPATH=other.path --
  wants_refused 3
else
  printf 'SKIPPED in part: no folder may be put in the place of /etc/ssl/certs here\n'
fi
inside=()

it "CONSUL_CAPATH"
mkdir path
cp api.crt path/api.pem
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_CAPATH=path --
wants_fetched
openssl rehash path
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_CAPATH=path --
wants_fetched
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$safe" CONSUL_CAPATH=no-such-path --
wants_refused 3
kill "$consul_pid"

it "CONSUL_TLS_SERVER_NAME"
consul_curl=(-k)
start_consul --tls named.crt named.key
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$consul_port" CONSUL_CACERT=api.crt --
wants_refused 3
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$consul_port" CONSUL_CACERT=api.crt CONSUL_TLS_SERVER_NAME=consul.test --
wants_fetched
with "CONSUL_HTTP_ADDR=https://127.0.0.1:$consul_port" CONSUL_CACERT=api.crt CONSUL_TLS_SERVER_NAME=other.test --
wants_refused 3
kill "$consul_pid"

it "CONSUL_CLIENT_CERT and CONSUL_CLIENT_KEY"
consul_curl=(--cacert api.crt --cert client.crt --key client.key)
start_consul "${tls[@]}" --client-ca api.crt
safe=("CONSUL_HTTP_ADDR=https://127.0.0.1:$consul_port" CONSUL_CACERT=api.crt)
with "${safe[@]}" CONSUL_CLIENT_CERT=client.crt CONSUL_CLIENT_KEY=client.key --
wants_fetched
with "${safe[@]}" --
wants_refused 3
with "${safe[@]}" CONSUL_CLIENT_CERT=client.crt --
wants "both are needed: $status" test "$status" -eq 2 -o "$status" -eq 3
wants_err CONSUL_CLIENT_KEY
with "${safe[@]}" CONSUL_CLIENT_CERT=no-such.crt CONSUL_CLIENT_KEY=client.key --
wants_refused 3
wants_err no-such.crt
kill "$consul_pid"
finish
