#!/usr/bin/env bash
# Certificates that change under load: rotations, renewals, an agent that dies or talks nonsense.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_lib.sh"
set -euo pipefail
readonly ever=259200 # Consul's own lifetime of leafs: three days, in seconds

start_consul --token secret-token --state "$work/state"
export CONSUL_HTTP_TOKEN=secret-token
start_sidecar new web
start_sidecar old web --tls 1.2
start_peer
cat >kong.yml <<Y
_format_version: "3.0"
$(kong_certificate)
services:
$(mesh_service new "${sidecar[new]}" "$(is web)")
$(mesh_service old "${sidecar[old]}" "$(is web)")
- {name: plain, url: "http://127.0.0.1:$peer", routes: [{name: plain, paths: [/plain]}]}
Y
start_serve kong.yml --admin-listen 127.0.0.1:0 --workers 2 --set dns_hostsfile="$work/hosts"
wants "the mesh is there" until_true 5 answers /new 200
# Or its line might come after the first mark.
wants_event 'certificate_renewed .*service=kong'
ready
wants_code 200

# has_the_latest: the gateway shows what the agent has.
has_the_latest() {
  local now latest
  now=$(serial_at new)
  latest=$(curl -sSf --max-time 40 -H "X-Consul-Token: $CONSUL_HTTP_TOKEN" \
    "$(consul_url /v1/agent/connect/ca/leaf/kong)" | jq -r '.SerialNumber | gsub(":"; "")')
  [[ -n $now && ${now#0} == "${latest#0}" ]]
}
load() { start_load /new 4 '/new/x?last=1' 2 '/old/x?last=1' 2; }
# renewed WHY: new connections show a new certificate within two seconds, and the log says so once.
renewed() {
  wants "$1: a new serial number" until_true 2 has_new_serial new "$before"
  wants "$1: by TLS 1.2 too" until_true 2 has_new_serial old "$before"
  wants "$1: the last one" until_true 2 has_the_latest
  wants_event 'certificate_renewed .*service=kong'
  wants "$1: with its expiry: $(logged | grep certificate_renewed)" \
    has_event 'certificate_renewed .*20[0-9][0-9]-[0-9-]+T[^ ]*'
  wants_each_once
}

it "a new root reaches new connections, and disturbs nothing that runs"
load
for round in first second; do
  before=$(serial_at new)
  mark
  rm -f stream.out
  curl -sSN -o stream.out -w '%{http_code}\n' "http://127.0.0.1:$port/new/stream?ms=$((4000 * slower))" >stream.code &
  stream=$!
  wants "it is under way" until_true 5 test -s stream.out
  consul_do rotate
  renewed "$round rotation"
  # The safe order: a sidecar shows its new leaf once the new root is known.
  for name in new old; do refresh_sidecar "$name"; done
  wants "served after it" answers '/new?last=1' 200
  wait "$stream" || true
  wants "the answer that was under way" test "$(cat stream.code)" = 200
  wants_json ".serial == \"$before\"" stream.out
done
end_load

it "so does a re-issue, and SIGHUP meanwhile harms nothing"
load
for _ in 1 2 3; do
  before=$(serial_at new)
  mark
  kill -HUP "$pid"
  consul_do 'reissue?service=kong'
  kill -HUP "$pid"
  renewed re-issue
done
end_load

it "leafs that live for seconds are renewed in time, again and again"
load
mark
began=$SECONDS
consul_do "ttl?seconds=$life&renew=$renew"
consul_do 'reissue?service=kong'
# Whoever kept the first one would not be served at the end.
sleep $((life + 2))
renewals() { events 'certificate_renewed .*service=kong'; }
three() { test "$(renewals)" -ge 3; }
wants "at least three renewals" until_true 5 three
wants "and no more than the agent made, not $(renewals)" test "$(renewals)" -le $(((SECONDS - began) / renew + 2))
consul_do "ttl?seconds=$ever"
consul_do 'reissue?service=kong'
wants "one that lasts again" until_true 5 has_the_latest
wants_each_once
end_load

it "without an agent it serves on with what it has"
load
mark
before=$(serial_at new)
kill_consul
wants_event consul_unreachable 5
sleep $((3 * slower))
wants "told once: $(logged)" test "$(events consul_unreachable)" -eq 1
wants "the same certificate" test "$(serial_at new)" = "$before"
ready
wants_code 200
kill -HUP "$pid"
sleep 1
wants "after a reload too" answers '/new/x?last=1' 200
wants "the same certificate" test "$(serial_at new)" = "$before"
revive_consul
wants_event consul_recovered 5
wants "told once: $(logged)" test "$(events consul_recovered)" -eq 1
before=$(serial_at new)
consul_do 'reissue?service=kong'
wants "it watches again" until_true 3 has_new_serial new "$before"
end_load

# Answers that say that something is wrong, and those that a client must merely survive.
readonly refused='wrong-key expired-leaf future-leaf other-service foreign-root no-roots wrong-shape not-json
  truncated-json html deep huge newlines garbage-leaf'
readonly failed='http-404 http-500 http-429 http-forged no-connect not-bootstrapped drop redirect
  nul-header'
readonly odd='slow index-zero no-index spin hang index-backwards'

it "whatever the agent says, the last good certificate stays"
# Roots and leaf are watched by threads of their own, and what fails for one of them is an outage of both.
# While one of them is in it, another failure is not told.
is_over() { test "$(events consul_unreachable)" -eq "$(events consul_recovered)"; }
load
for mode in $refused $failed $odd; do
  mark
  before=$(serial_at new)
  consul_mode "$mode"
  sentence="whatever the agent says ($mode), the last good certificate stays"
  case " $odd " in
    *" $mode "*) sleep $((1 * slower)) ;;
    *) wants_event '(certificates_refused|consul_unreachable) .*(error|cause|reason)=.+' 5 ;;
  esac
  wants "served" answers '/new/x?last=1' 200
  [[ " $odd " == *" $mode "* ]] || wants "the same certificate" test "$(serial_at new)" = "$before"
  ready
  wants_code 200
  wants "no storm of lines: $(logged | wc -l)" test "$(logged | wc -l)" -le 10
  consul_mode good
  sleep 0.2
  # Whoever waits for an index that was made up is woken once more.
  consul_mode good
  consul_do 'reissue?service=kong'
  wants "and a good one is taken" until_true 5 has_new_serial new "$before"
  wants "which is the last one" until_true 5 has_the_latest
  wants "and all is well: $(logged | tail -3)" until_true 10 is_over
done
wants "nothing is forged" test -z "$(grep -E '^(time=2026-01-01|level)' serve.err || true)"
end_load

it "an agent that answers at once does not make it spin"
began=$SECONDS
consul_get log >/dev/null
consul_mode spin
sleep 3
asked=$(consul_get log | jq '[.[] | select(.path | contains("/ca/"))] | length')
wants "a few requests a second, not $asked" test "$asked" -le $((14 * (SECONDS - began)))
consul_mode good
stop_serve
wants_status 0

it "an agent that comes later finds a gateway that waits for it"
kill_consul
start_serve kong.yml --admin-listen 127.0.0.1:0 --workers 2 --set dns_hostsfile="$work/hosts"
fetch /plain
wants_code 200
fetch /new
wants_code 502
wants_json '.message == "An invalid response was received from the upstream server"'
ready
wants_code 503
wants "the reason: $(cat out)" grep -qi consul out
revive_consul
wants "the mesh works" until_true 3 answers /new 200
wants "and it is ready" until_true 3 is_ready 200
stop_serve

# named SERVICE: a config whose gateway is that one.
named() { sed "s#consul/leaf/kong/#consul/leaf/$1/#g" kong.yml; }
is_served_as() { [[ "$(curl -sSf --max-time $((10 * slowness)) "http://127.0.0.1:$port/new?last=1" | jq -r .client)" == */svc/$1 ]]; }
# has_gap SERVICE: whether a reload to the leaf of that one fails a request.
has_gap() {
  local one
  named "$1" >named.yml
  start_load '/new?last=1' 2
  kill -HUP "$pid"
  wants "the leaf of $1 is used" until_true 10 is_served_as "$1"
  sleep 0.2
  touch stop
  for one in "${loads[@]}"; do wait "$one" || true; done
  jq -c . load.*.json
  ! jq -se 'all(.[]; .failed == 0 and .requests > 10)' load.*.json >/dev/null
}

it "a reload to the leaf of another service fails no request, with an agent that is slow"
cp kong.yml named.yml
start_serve named.yml --admin-listen 127.0.0.1:0 --workers 2 --set dns_hostsfile="$work/hosts"
wants "the mesh works" until_true 5 is_served_as kong
consul_mode slow
gap=yes
# A machine that stands still may use up the time that a reload waits for a slow agent.
for service in gate1 gate2 gate3; do
  has_gap "$service" || { gap=no && break; }
done
wants "no gap in one of three" test "$gap" = no
consul_mode good

it "no certificate_expiring for a service that the config does not name any more"
consul_do "ttl?seconds=$life"
named short >named.yml
kill -HUP "$pid"
wants "one that lives for seconds" until_true 5 is_served_as short
consul_do "ttl?seconds=$ever"
named gate4 >named.yml
kill -HUP "$pid"
wants "another one" until_true 5 is_served_as gate4
sleep 1
mark
sleep "$life"
wants_no_event 'certificate_expiring .*service=short'
ready
wants_code 200
stop_serve
wants_status 0

it "a certificate that nobody renews is told about before its end"
consul_do "ttl?seconds=$life"
consul_do 'reissue?service=kong'
start_serve kong.yml --admin-listen 127.0.0.1:0 --workers 1 --set dns_hostsfile="$work/hosts"
marked=0
wants "the mesh works" until_true 5 answers /new 200
kill_consul
until_true $((life + 5)) has_event certificate_expiring || true
wants "at warn, with service and time: $(logged | tail -3)" \
  grep -qE 'level=warn event=certificate_expiring .*service=kong.*[0-9]' serve.err
# The clock of the log tells, so that nothing depends on when this script is run on.
told=$(date -d "$(sed -n 's/^time=\([^ ]*\) .*event=certificate_expiring .*/\1/p' serve.err | head -1)" +%s)
ends=$(date -d "$(sed -n 's/.*event=certificate_expiring .* expires=\([^ ]*\) .*/\1/p' serve.err | head -1)" +%s)
wants "in the last third of its life, not $((ends - told)) s before its end" test $((ends - told)) -le $((life / 3 + 1))
serves_or_is_over() { answers '/new/x?last=1' 200 || test "$(date +%s)" -ge "$ends"; }
wants "it serves till the end" serves_or_is_over
wants "and is not ready after it" until_true 15 is_ready 503
stop_serve
wants_status 0
finish
