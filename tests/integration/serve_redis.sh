#!/usr/bin/env bash
# Policy redis against a real Redis: how it is named and reached, what is counted there, for how long.
source "$(dirname "${BASH_SOURCE[0]}")/redis_lib.sh"
set -euo pipefail
readonly canary=CANARY5ecret
readonly service=11111111-1111-4111-8111-111111111111 keyed=22222222-2222-4222-8222-222222222222
readonly alice=33333333-3333-4333-8333-333333333333
ask() { fetch /counted; }

# named FORMAT NAME=VALUE...: the fields of a plugin that name a Redis, as that format spells them.
named() {
  local word fields="host: 127.0.0.1, port: $redis_port"
  for word in "${@:2}"; do fields+=", ${word/=/: }"; done
  if [[ $1 == 3.0 ]]; then
    printf 'policy: redis, redis: {%s}' "$fields"
  else
    printf 'policy: redis, redis_%s' "${fields//, /, redis_}"
  fi
}

# write_config FORMAT NAME=VALUE...
write_config() {
  local where
  where=$(named "$@")
  cat >kong.yml <<Y
_format_version: "$1"
services:
- name: counted
  id: $service
  url: http://127.0.0.1:$peer
  routes: [{name: counted, paths: [/counted]}]
  plugins:
  - {name: rate-limiting, config: {hour: 3, day: 10, fault_tolerant: false, $where}}
- name: keyed
  id: $keyed
  url: http://127.0.0.1:$peer
  routes: [{name: keyed, paths: [/keyed]}]
  plugins:
  - name: key-auth
  - {name: rate-limiting, config: {day: 1000, $where}}
consumers:
- username: alice
  id: $alice
  keyauth_credentials: [{key: alice-key}]
  plugins:
  - {name: consumer-rate-limiting, config: {$(named flat "${@:2}"), service: [{name: keyed, hour: 3}]}}
Y
}

# holds KEY VALUE
holds() { wants "$1 is $2, not $(redis GET "$1")" test "$(redis GET "$1")" = "$2"; }
# is_alone PORT: nobody is connected to that Redis but who asks.
is_alone() { redis-cli -p "$1" INFO clients | grep -q $'^connected_clients:1\r'; }
is_served() {
  ask
  [[ $code == 200 ]]
}

start_peer
start_redis
clear_of 30 3600

# What is refused is counted by Kong's redis policy from 3.4 on, and only there.
while read -r format level refused; do
  it "counts as Kong $level does, under its keys"
  redis FLUSHALL >out
  write_config "$format"
  start_gateway kong.yml --workers 2 --compat "$level"
  wants_event redis_connected
  ask
  wants_code 200
  wants_head 'X-RateLimit-Limit-Hour: 3'
  wants_head 'X-RateLimit-Remaining-Hour: 2'
  wants_head 'X-RateLimit-Limit-Day: 10'
  wants_head 'X-RateLimit-Remaining-Day: 9'
  wants_head 'RateLimit-Limit: 3'
  wants_head 'RateLimit-Remaining: 2'
  wants_head 'RateLimit-Reset: [1-9][0-9]*'
  wants_no_head Retry-After
  ask
  ask
  wants_code 200
  wants_head 'RateLimit-Remaining: 0'
  for _ in 1 2; do
    ask
    wants_code 429
    wants_head 'RateLimit-Remaining: 0'
    wants_head 'X-RateLimit-Remaining-Hour: 0'
    wants_head 'Retry-After: [1-9][0-9]*'
    wants_json '.message == "API rate limit exceeded"'
  done
  holds "ratelimit:$zero:$service:127.0.0.1:$(start_of 3600):hour" $((3 + 2 * refused))
  holds "ratelimit:$zero:$service:127.0.0.1:$(start_of 86400):day" $((3 + 2 * refused))

  it "counts a consumer's requests as its plugin does at $level"
  for left in 2 1 0; do
    fetch /keyed -H 'apikey: alice-key'
    wants_code 200
    wants_head "Consumer-RateLimit-Remaining: $left"
    wants_head "X-Consumer-RateLimit-Remaining-Hour: $left"
    wants_head "RateLimit-Remaining: $((997 + left))"
  done
  for _ in 1 2; do
    fetch /keyed -H 'apikey: alice-key'
    wants_code 429
    wants_head 'Consumer-Retry-After: [1-9][0-9]*'
  done
  fetch /keyed
  wants_code 401
  holds "consumerratelimit:$zero:$keyed:$alice:$(start_of 3600):hour" 3
  # In 3.x the plugin for all runs first and has counted what the consumer's own one then refuses.
  holds "ratelimit:$zero:$keyed:$alice:$(start_of 86400):day" $((3 + 2 * refused))
  wants "no other keys" test "$(redis DBSIZE)" -eq 4
  wants "each lives as it should: $(lives)" test -z "$(lives)"
  wants_no_event 'redis_(closed|unreachable|error|out_of_step|timeout)'
  stop_serve
  wants_status 0
  wants "it has left" until_true 5 is_alone "$redis_port"
done <<'ROWS'
1.1 2.0 0
2.1 2.8 0
3.0 3.9 1
ROWS

it "one question a request, however many limits it meets"
redis FLUSHALL >out
write_config 3.0
start_gateway kong.yml --workers 1
ask
wants_code 200
wants_head 'RateLimit-Remaining: 2'
redis CONFIG RESETSTAT >out
for _ in {1..50}; do fetch /keyed -H 'apikey: alice-key'; done
wants "50 questions, not $(redis_stat commandstats cmdstat_evalsha)" \
  test "$(redis_stat commandstats cmdstat_evalsha)" -eq 50
wants "the script is not sent again" test "$(redis_stat commandstats cmdstat_eval)" -eq 0

it "a script that Redis has forgotten is sent again, and the count goes on"
redis FLUSHALL >out
ask
redis SCRIPT FLUSH >out
redis CONFIG RESETSTAT >out
ask
wants_code 200
wants_head 'RateLimit-Remaining: 1'
wants "sent once" test "$(redis_stat commandstats cmdstat_eval)" -eq 1
ask
wants_head 'RateLimit-Remaining: 0'
wants "and no more" test "$(redis_stat commandstats cmdstat_eval)" -eq 1
wants_no_event 'redis_(error|closed|recovered)'

it "two processes share their counters"
first=$port
mkdir second
cd second
start_gateway ../kong.yml --workers 2
cd ..
redis FLUSHALL >out
wants "the second serves" until_true 5 is_served
redis FLUSHALL >out
for turn in "$first 2" "$port 1" "$first 0"; do
  read -r port left <<<"$turn"
  ask
  wants_code 200
  wants_head "RateLimit-Remaining: $left"
done
for port in "$port" "$first"; do
  ask
  wants_code 429
done
kill -TERM "$pid"
wait "$pid" || true
pid=${pids[-2]}

it "a reload may name another Redis, and lets go of the first"
old_port=$redis_port
start_redis
write_config 3.0
kill -HUP "$pid"
counts_there() {
  ask
  test "$(redis DBSIZE)" -gt 0
}
wants "counted by the new one" until_true 5 counts_there
wants "gone from the old one" until_true 10 is_alone "$old_port"
kill -TERM "$pid"
wait "$pid" || true

# --- Who may speak to it, and how.
cat >guarded.acl <<A
user default off
user gate on >$canary-acl ~ratelimit:* ~consumerratelimit:* +@all -@dangerous -@admin
A
for format in 3.0 2.1; do
  it "a user with few rights, a password and a database of its own are enough (format $format)"
  start_redis --aclfile "$work/guarded.acl"
  write_config "$format" username=gate "password=$canary-acl" database=5
  start_gateway kong.yml --workers 1 --set log_level=debug
  wants "it serves" until_true 5 is_served
  wants_head 'RateLimit-Remaining: 2'
  redis_gate() { redis --no-auth-warning --user gate --pass "$canary-acl" "$@"; }
  wants "counted in database 5" test "$(redis_gate -n 5 DBSIZE)" -eq 2
  wants "and in no other" test "$(redis_gate DBSIZE)" -eq 0
  wants_no_event 'redis_(auth_failed|error)'
  for path in / /plugins /config /status; do curl -sS --max-time 5 "http://$admin$path" >>admin.out; done
  kill_redis
  ask
  stop_serve
  cp serve.err "serve.$format.err"
done

it "a wrong password is said, and not which"
start_redis --requirepass "$canary-right"
write_config 3.0 "password=$canary-wrong"
start_gateway kong.yml --workers 2 --set log_level=debug
ask
wants_code 500
wants_event redis_auth_failed
wants "no password on its command line" test -z "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -F "$canary" || true)"
for path in /plugins /config; do curl -sS --max-time 5 "http://$admin$path" >>admin.out; done
wants "the Admin API has shown the plugins" grep -q rate-limiting admin.out

it "the right one, later, is taken"
redis --no-auth-warning -a "$canary-right" CONFIG SET requirepass "$canary-wrong" >out
wants "it serves" until_true 3 is_served
wants_event redis_recovered 'undecided=[1-9][0-9]*'
stop_serve
for file in serve.3.0.err serve.2.1.err serve.err serve.out access.log admin.out; do
  wants "no password in $file" test -z "$(grep -aF "$canary" "$file" || true)"
done

# --- TLS
authority good
authority evil
leaf redis DNS:redis.test good
start_redis --tls-port "$(free_port)" --tls-cert-file "$work/redis.crt" --tls-key-file "$work/redis.key" \
  --tls-ca-cert-file "$work/good.crt" --tls-auth-clients no
secure_port=$(redis CONFIG GET tls-port | tail -1)
secure_route() { # secure_route NAME FIELDS
  printf '  - name: %s\n    paths: [/%s]\n    plugins:\n    - name: rate-limiting\n' "$1" "$1"
  printf '      config: {hour: 1000, fault_tolerant: false, policy: redis,\n'
  printf '               redis: {host: 127.0.0.1, port: %s, ssl: true, %s}}\n' "$secure_port" "$2"
}
{
  printf '_format_version: "3.0"\nservices:\n- name: echo\n  url: http://127.0.0.1:%s\n  routes:\n' "$peer"
  secure_route verified "ssl_verify: true, server_name: redis.test"
  secure_route misnamed "ssl_verify: true, server_name: other.test"
  secure_route unnamed "ssl_verify: true"
  secure_route trusting "ssl_verify: false"
} >tls.yml
serves() { # serves PATH
  fetch "$1"
  [[ $code == 200 ]]
}

it "speaks TLS, to whom the certificate names"
start_gateway tls.yml --workers 1 --set lua_ssl_trusted_certificate="$work/good.crt"
wants "the right name" until_true 5 serves /verified
wants_head 'RateLimit-Remaining: 999'
wants "no name asked for" until_true 5 serves /trusting
for path in /misnamed /unnamed; do
  fetch "$path"
  wants_code 500
done
wants "a reason: $(logged)" until_true 3 has_event 'redis_unreachable .*error=.*'
stop_serve

it "and to nobody else"
start_gateway tls.yml --workers 1 --set lua_ssl_trusted_certificate="$work/evil.crt"
wants "no authority asked for" until_true 5 serves /trusting
fetch /verified
wants_code 500
wants "a reason: $(logged)" until_true 3 has_event 'redis_unreachable .*error=.*'
stop_serve

it "a server that speaks no TLS is unreachable, not waited for"
sed "s/$secure_port/$redis_port/" tls.yml >plain.yml
start_gateway plain.yml --workers 1
fetch /trusting
wants_code 500
wants "a reason: $(logged)" until_true 3 has_event 'redis_unreachable .*error=.*'
stop_serve

# --- How long counters live.
start_redis --maxmemory-policy allkeys-lru
cat >kong.yml <<Y
_format_version: "3.0"
services:
- name: echo
  url: http://127.0.0.1:$peer
  routes:
  - name: many
    paths: [/many]
    plugins:
    - {name: rate-limiting, config: {second: 1, minute: 2, hour: 3, day: 4, month: 5, year: 6,
        limit_by: header, header_name: x-who, $(named 3.0)}}
  - name: brief
    paths: [/brief]
    plugins:
    - {name: rate-limiting, config: {second: 100, limit_by: header, header_name: x-who, $(named 3.0)}}
  - name: synced
    paths: [/synced]
    plugins:
    - {name: rate-limiting, config: {day: 1000, sync_rate: 0.1, fault_tolerant: false, $(named 3.0)}}
  - name: roomy
    paths: [/roomy]
    plugins:
    - {name: rate-limiting, config: {day: 100000000, fault_tolerant: false, $(named 3.0)}}
Y
start_gateway kong.yml --workers 2
many() { # many PATH COUNT: as many requests, each of its own who
  local n
  for ((n = 1; n <= $2; n++)); do
    printf 'next\nurl = "http://127.0.0.1:%d%s"\nheader = "x-who: %d"\noutput = /dev/null\n' "$port" "$1" "$n"
  done >many.curl
  curl -sS -K many.curl
}

it "a Redis that may throw counters away is named"
wants_event redis_may_evict

it "at no time does a counter live for ever, or not to the end of its window"
many /many 1000 &
load_pid=$!
sweeps=0
while kill -0 "$load_pid" 2>/dev/null && ((sweeps < 1000)); do
  lives >>wrong
  sweeps=$((sweeps + 1))
done
wait "$load_pid" || true
lives >>wrong
wants "nothing wrong in $sweeps sweeps: $(sort -u wrong | head -5)" test -z "$(tr -d '\n' <wrong)"
wants "looked at some of them: $sweeps" test "$sweeps" -ge 5
wants "counted them all" test "$(redis --scan --pattern '*:year' | wc -l)" -eq 1000
month=$(redis --scan --pattern '*:month' | sed -n 1p)
end=$(($(date -u -d "$(date -u +%Y-%m-01) next month" +%s) * 1000))
left=$(redis PTTL "$month")
wants "$left ms are 30 days, and reach the month's end" \
  test "$left" -ge $((30 * 86400 * 1000 - 60000)) -a "$left" -ge $((end - $(date +%s%3N) - 1000))

it "nothing is left of seconds that have passed"
redis FLUSHALL >out
many /brief 200
wants "counted" test "$(redis DBSIZE)" -gt 0
is_empty() { test "$(redis DBSIZE)" -eq 0; }
wants "all gone" until_true 3 is_empty

it "sync_rate counts here and tells Redis now and then"
clear_of 5 86400
first=$port
cd second
start_gateway ../kong.yml --workers 2
cd ..
wants "both serve" until_true 5 serves /synced
sleep 0.5
redis FLUSHALL >out
sleep 0.3
redis CONFIG RESETSTAT >out
for port in "$first" "$port"; do
  curl -sS -o /dev/null "http://127.0.0.1:$port/synced/[1-100]"
done
total() { redis --scan --pattern '*:day' | sed -n 1p | xargs -r redis-cli -p "$redis_port" GET; }
is_total() { test "$(total)" = "$1"; }
wants "200 in the end, not $(total)" until_true 3 is_total 200
asked=$(redis_stat commandstats cmdstat_evalsha)
wants "far fewer questions than requests, $asked" test "$asked" -lt 60
sleep 0.5
for turn in "$first 799" "$port 798"; do
  read -r port left <<<"$turn"
  fetch /synced
  wants_head "RateLimit-Remaining: $left"
  wants "told" until_true 3 is_total $((1000 - left))
  sleep 0.3
done
wants "that lives as it should: $(lives)" test -z "$(lives)"

it "a reload forgets nothing that Redis was not told yet"
curl -sS -o /dev/null "http://127.0.0.1:$port/synced/[1-100]"
kill -HUP "$pid"
curl -sS -o /dev/null "http://127.0.0.1:$port/synced/[1-100]"
wants "402 in the end, not $(total)" until_true 3 is_total 402

it "what Redis does not take is told it later"
redis CONFIG SET maxmemory-policy noeviction maxmemory 1 >out
curl -sS -o /dev/null "http://127.0.0.1:$port/synced/[1-50]"
wants "refused" until_true 3 grep -q event=redis_out_of_memory second/serve.err
wants "not told" is_total 402
redis CONFIG SET maxmemory 0 >out
wants "452 in the end, not $(total)" until_true 3 is_total 452

it "reloads under load: every request is counted"
redis FLUSHALL >out
python3 "$here/serve_load.py" "$port" /roomy 8 stop >load.json 2>load.err &
load_pid=$!
for _ in {1..20}; do
  sleep 0.1
  kill -HUP "$pid"
done
touch stop
wait "$load_pid"
wants_json '.failed == 0 and .requests > 100' load.json
wants "as many as there were: $(total), $(jq .requests load.json)" is_total "$(jq .requests load.json)"
finish
