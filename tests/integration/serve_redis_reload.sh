#!/usr/bin/env bash
# Policy redis while a reload changes how its Redis is spoken to: what began before it goes on as it began,
# and no count is lost.
source "$(dirname "${BASH_SOURCE[0]}")/redis_lib.sh"
set -euo pipefail
readonly service=11111111-1111-4111-8111-111111111111
turn=0
# write_config HOUR MORE WHERE: each has a route /turn-N more, that shows which one is served.
write_config() {
  turn=$((turn + 1))
  cat >kong.yml <<Y
_format_version: "3.0"
services:
- name: counted
  id: $service
  url: http://127.0.0.1:$peer
  routes: [{name: counted, paths: [/counted]}]
  plugins:
  - {name: rate-limiting, config: {hour: $1, limit_by: service, fault_tolerant: false, policy: redis$2,
      redis: {host: 127.0.0.1, $3}}}
- name: turn
  url: http://127.0.0.1:$peer
  routes: [{name: turn, paths: [/turn-$turn]}]
Y
}
is_served() {
  fetch "$1"
  [[ $code == 200 ]]
}
# reload HOUR MORE WHERE: until it is in force.
reload() {
  write_config "$@"
  kill -HUP "$pid"
  wants "reloaded" until_true 5 is_served "/turn-$turn"
}
# talks_to N: as many connections, and the one that asks.
talks_to() { redis INFO clients | grep -q "^connected_clients:$(($1 + 1))"$'\r'; }

start_peer
clear_of 60 3600

# --- TLS
authority good
leaf redis DNS:redis.test good
start_redis --tls-port "$(free_port)" --tls-cert-file "$work/redis.crt" --tls-key-file "$work/redis.key" \
  --tls-ca-cert-file "$work/good.crt" --tls-auth-clients no
real_port=$(redis CONFIG GET tls-port | tail -1)
python3 "$here/redis_tap.py" "$real_port" tap.port tap.notes >tap.out 2>&1 </dev/null &
pids+=("$!")
until_true 10 test -s tap.port
tap_port=$(cat tap.port)
redis CONFIG SET requirepass CANARY5ecret >out
redis() { redis-cli --no-auth-warning -a CANARY5ecret -p "$redis_port" "$@"; }
secure() { printf 'port: %s, ssl: true, password: CANARY5ecret, timeout: %s' "$tap_port" "$1"; }

it "a request that began before a reload never speaks plainly to a Redis with ssl"
write_config 500 "" "$(secure 20000)"
start_gateway kong.yml --workers 1 --set nginx_http_client_header_timeout=120s
wants "it serves" until_true 5 is_served /counted
exec 9<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /counted HTTP/1.1\r\nHost: a\r\nConnection: close\r\n' >&9
# The one worker has seen the beginning of that when it has answered these.
for _ in 1 2 3 4 5; do is_served /turn-1; done
reload 400 "" "$(secure 19000)"
reload 300 "" "$(secure 18000)"
wants "the new one serves" until_true 5 is_served /counted
wants_head 'X-RateLimit-Limit-Hour: 300'
printf '\r\n' >&9
timeout $((20 * slowness)) cat <&9 >late || true
exec 9<&- 9>&-
wants "answered by the config it began with: $(head -20 late)" grep -q '^X-RateLimit-Limit-Hour: 500' late
wants "and counted" grep -q '^HTTP/1.1 200' late
fetch /counted
wants_code 200
wants "each has said a word: $(sort tap.notes | uniq -c)" test "$(wc -l <tap.notes)" -ge 3
wants "by TLS alone: $(sort tap.notes | uniq -c)" test -z "$(grep -v '^16$' tap.notes || true)"

it "and what the reload has dropped is let go of after it"
wants "one connection is left: $(redis INFO clients)" until_true 10 talks_to 1
wants "by TLS alone" test -z "$(grep -v '^16$' tap.notes || true)"
wants_no_event 'redis_(closed|unreachable|auth_failed|error|out_of_step)'
stop_serve
wants_status 0

# --- sync_rate
unset -f redis
redis() { redis-cli -p "$redis_port" "$@"; }
start_redis
plainly() { printf 'port: %s, timeout: %s' "$redis_port" "$1"; }
# often COUNT: codes is what came, in short.
often() {
  codes=$(curl -sS -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$port/counted/[1-$1]" |
    sort | uniq -c | tr -s ' \n' ' ')
}

it "a reload that changes sync_rate or timeout lets no more than the limit pass on one node"
write_config 5 ", sync_rate: 600" "$(plainly 20000)"
start_gateway kong.yml --workers 1
wants "it serves" until_true 5 is_served /turn-$turn
often 7
wants "five of seven, not: $codes" test "$codes" = " 5 200 2 429 "
while read -r rate timeout; do
  reload 5 ", sync_rate: $rate" "$(plainly "$timeout")"
  # Then the new one has read what the old one has told.
  wants "one connection is left: $(redis INFO clients)" until_true 10 talks_to 1
  often 7
  wants "none with sync_rate $rate, timeout $timeout, but: $codes" test "$codes" = " 7 429 "
done <<'ROWS'
600 19000
500 19000
600 20000
ROWS
name=$(redis --scan --pattern '*:hour')
wants "Redis was told of five: $(redis GET "$name")" test "$(redis GET "$name")" = 5
wants_no_event 'redis_(closed|unreachable|auth_failed|error|out_of_step)'
stop_serve
wants_status 0
finish
