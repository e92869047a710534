#!/usr/bin/env bash
# Reloading and stopping under load: not one request fails; a bad config changes nothing.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail
reloads=${RELOADS:-100}

start_peer
write_config() { # write_config N: the route /vN tells which config is in force
  cat >kong.yml.new <<Y
_format_version: "3.0"
services:
- name: echo
  url: http://127.0.0.1:$peer
  routes:
  - {name: steady, paths: [/steady]}
  - {name: version, paths: [/v$1]}
  plugins:
  - {name: rate-limiting, config: {hour: 100000000, policy: local}}
Y
  mv kong.yml.new kong.yml
}
is_version() { curl -sSf --max-time 5 -o /dev/null "http://127.0.0.1:$port/v$1"; }
start_load() {
  rm -f stop
  python3 "$here/serve_load.py" "$port" /steady 8 stop >load.json 2>load.err &
  load_pid=$!
  pids+=("$load_pid")
}
end_load() {
  touch stop
  wait "$load_pid" || true
}

write_config 0
start_serve kong.yml --workers 2 --admin-listen off --drain-timeout 5s

it "$reloads reloads under load: no failed request"
start_load
late=0
for ((n = 1; n <= reloads; n++)); do
  write_config "$n"
  kill -HUP "$pid"
  until_true 10 is_version "$n" || late=$((late + 1))
done
end_load
command=(kill -HUP "$pid")
wants "each reload took effect ($late did not)" test "$late" -eq 0
wants_json '.failed == 0' load.json
wants_json '.requests > 1000' load.json
[[ $(jq .failed load.json) == 0 ]] || cat load.json

it "counters outlive a reload"
fetch /steady
left=$(sed -n 's/^X-RateLimit-Remaining-Hour: \([0-9]*\).*/\1/ip' head)
write_config 1000
kill -HUP "$pid"
until_true 10 is_version 1000
fetch /steady
now=$(sed -n 's/^X-RateLimit-Remaining-Hour: \([0-9]*\).*/\1/ip' head)
wants "not begun anew: $left, then $now" test "$now" -lt "$left"

it "a bad config is reported and the old one stays"
printf 'services: 3\n' >kong.yml
: >serve.err
kill -HUP "$pid"
wants "a report" until_true 10 grep -q . serve.err
is_old() { is_version 1000; }
wants "the old config" is_old
wants "still alive" kill -0 "$pid"
rm kong.yml
kill -HUP "$pid"
sleep 0.5
wants "the old config without any file" is_old
write_config 1001
kill -HUP "$pid"
wants "the new one once it is right" until_true 10 is_version 1001

it "SIGUSR1 opens the log again"
mv access.log access.old
kill -USR1 "$pid"
fetch /steady
wants "a new file" until_true 5 test -s access.log

it "SIGTERM lets what has begun come to its end"
start_load
curl -sS -o slow.out -w '%{http_code}\n' "http://127.0.0.1:$port/steady/slow?ms=1500" >slow.code &
slow=$!
sleep 0.5
touch stop
wait "$load_pid" || true
kill -TERM "$pid"
sleep 0.3
wants "no new connections" test -z "$(accepts "$port" && echo open || true)"
wait "$slow" || true
wants "the slow request is answered" test "$(cat slow.code)" = 200
status=0
wait "$pid" || status=$?
wants_status 0
wants_json '.failed == 0' load.json

it "SIGTERM under load fails no request that was taken"
start_serve kong.yml --workers 2 --admin-listen off --drain-timeout 5s
start_load
sleep 1
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
wants_status 0
end_load
# What comes after the end is refused; nothing else may go wrong.
wants_json '.first_failure | test("ConnectionRefused")' load.json

it "a drain ends, whatever hangs"
start_serve kong.yml --workers 1 --admin-listen off --drain-timeout 1s
curl -sS -o /dev/null "http://127.0.0.1:$port/steady/hang" 2>/dev/null &
hanging=$!
sleep 0.5
began=$SECONDS
stop_serve
wait "$hanging" || true
wants "within the drain time-out" test $((SECONDS - began)) -le $((4 * slowness + stall))
wants_status 0
finish
