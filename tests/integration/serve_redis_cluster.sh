#!/usr/bin/env bash
# Policy redis against a Redis Cluster of three masters: counts are exact wherever a counter lies, also while it moves.
source "$(dirname "${BASH_SOURCE[0]}")/redis_lib.sh"
set -euo pipefail
readonly limit=5 whos=60 route=44444444-4444-4444-8444-444444444444

start_peer
start_cluster
cat >kong.yml <<Y
_format_version: "3.0"
services:
- name: echo
  url: http://127.0.0.1:$peer
  routes:
  - name: counted
    id: $route
    paths: [/counted]
    plugins:
    - {name: rate-limiting, config: {hour: $limit, day: 1000, limit_by: header, header_name: x-who,
        fault_tolerant: false, policy: redis, redis: {host: 127.0.0.1, port: ${nodes[0]}}}}
  - name: single
    paths: [/single]
    plugins:
    - {name: rate-limiting, config: {day: 1000, limit_by: header, header_name: x-who,
        fault_tolerant: false, policy: redis, redis: {host: 127.0.0.1, port: ${nodes[0]}}}}
  - name: synced
    paths: [/synced]
    plugins:
    - {name: rate-limiting, config: {hour: 1000, day: 1000, sync_rate: 0.1, limit_by: header, header_name: x-who,
        fault_tolerant: false, policy: redis, redis: {host: 127.0.0.1, port: ${nodes[0]}}}}
  - {name: free, paths: [/free]}
Y
start_gateway kong.yml --workers 2

on() { redis-cli -p "${nodes[$1]}" "${@:2}"; } # on NODE COMMAND...
# to_all COMMAND...: what all nodes answer, together.
to_all() {
  local node
  for node in 0 1 2; do on "$node" "$@"; done
}
who() { fetch "${2:-/single}" -H "x-who: $1"; }
wants_left() { wants_head "RateLimit-Remaining: $1"; }
serves() {
  who "$1"
  [[ $code == 200 ]]
}
slot_of() { on 0 CLUSTER KEYSLOT "{:$1}"; }
# owner_of SLOT: the number of its node.
owner_of() {
  local at node
  at=$(on 0 CLUSTER SLOTS | paste -sd' ' | grep -oE '[0-9]+ [0-9]+ 127\.0\.0\.1 [0-9]+ [0-9a-f]{40}' |
    awk -v slot="$1" '$1 <= slot && slot <= $2 { print $4 }')
  for node in 0 1 2; do [[ ${nodes[node]} != "$at" ]] || printf '%s' "$node"; done
}
id_of() { on "$1" CLUSTER MYID; }
key_of() { on "$(owner_of "$(slot_of "$1")")" --scan --pattern "*{:$1}*"; }
# The slot is on its way FROM one node TO another; its keys are still where they were.
begin_move() { # begin_move SLOT FROM TO
  on "$3" CLUSTER SETSLOT "$1" IMPORTING "$(id_of "$2")" >out
  on "$2" CLUSTER SETSLOT "$1" MIGRATING "$(id_of "$3")" >out
}
move_key() { on "$1" MIGRATE 127.0.0.1 "${nodes[$2]}" "$3" 0 5000 >out; } # move_key FROM TO KEY
end_move() {                                                              # end_move SLOT FROM TO
  local id node
  id=$(id_of "$3")
  for node in "$3" "$2" 0 1 2; do on "$node" CLUSTER SETSLOT "$1" NODE "$id" >out; done
}

it "it sees by itself that it has to do with a cluster"
wants "it serves" until_true 10 serves first
wants_event redis_connected

it "counts are exact, wherever they lie"
clear_of 20 3600
for ((n = 1; n <= whos; n++)); do
  printf 'next\nurl = "http://127.0.0.1:%d/counted?[1-%d]"\nheader = "x-who: %d"\n' "$port" $((limit + 2)) "$n"
  printf 'output = /dev/null\nwrite-out = "%d %%{http_code}\\n"\n' "$n"
done >many.curl
curl -sS -K many.curl >codes
# How many have how many answers of which status.
got=$(sort codes | uniq -c | awk '{ print $1 ":" $3 }' | sort | uniq -c | tr -s ' \n' ' ')
wants "for each of them: $got" test "$got" = " $whos 2:429 $whos $limit:200 "

it "keys carry their tag, are spread over all nodes, and live as long as they should"
to_all --scan --pattern '*' | sort -u >keys
wants "two keys for each" test "$(grep -c "^ratelimit:$route:" keys)" -eq $((2 * whos))
form="^ratelimit:[0-9a-f-]{36}:[0-9a-f-]{36}\{:[a-z0-9]+\}:[0-9]+000:(hour|day)$"
wants "in Kong's form, tagged: $(grep -vE "$form" keys | sed -n 1p)" test -z "$(grep -vE "$form" keys || true)"
for redis_port in "${nodes[@]}"; do
  wants "some of them" test "$(redis DBSIZE)" -ge 10
  wants "each lives as it should: $(lives)" test -z "$(lives)"
done

it "sync_rate tells each node what it has to know"
to_all FLUSHALL >out
for ((n = 1; n <= whos; n++)); do
  printf 'next\nurl = "http://127.0.0.1:%d/synced?[1-3]"\nheader = "x-who: %d"\noutput = /dev/null\n' "$port" "$n"
done >synced.curl
curl -sS -K synced.curl
counts() {
  local redis_port
  for redis_port in "${nodes[@]}"; do redis EVAL 'local all = {}
    for n, key in ipairs(redis.call("KEYS", "*")) do all[n] = redis.call("GET", key) end
    return all' 0 </dev/null | grep . || true; done | sort | uniq -c | tr -s ' \n' ' '
}
are_told() { test "$(counts)" = " $((2 * whos)) 3 "; }
wants "3 of each, not $(counts)" until_true 3 are_told
for redis_port in "${nodes[@]}"; do
  wants "each lives as it should: $(lives)" test -z "$(lives)"
done

it "a counter that moves is followed: asked for where it is going, then where it went"
slot=$(slot_of mover)
from=$(owner_of "$slot")
to=$(((from + 1) % 3))
who mover
wants_left 999
begin_move "$slot" "$from" "$to"
who mover
wants_left 998
# The new home has no script yet: what asks there must be followed by the script itself.
on "$to" SCRIPT FLUSH >out
move_key "$from" "$to" "$(key_of mover)"
for left in 997 996 995; do
  who mover
  wants_code 200
  wants_left "$left"
done
end_move "$slot" "$from" "$to"
for left in 994 993 992; do
  who mover
  wants_code 200
  wants_left "$left"
done

it "where it went is remembered"
on "$from" CONFIG RESETSTAT >out
for _ in {1..20}; do who mover; done
wants_code 200
wants_left 972
redis_port=${nodes[$from]}
wants "no request is sent astray: $(redis_stat errorstats errorstat_MOVED)" \
  test "$(redis_stat errorstats errorstat_MOVED)" -le 2

it "counters that are born while their slot moves wait until it has arrived"
# Redis cannot tell where two keys are that are neither here nor there: TRYAGAIN.
begin_move "$slot" "$to" "$from"
{ sleep 0.3 && move_key "$to" "$from" "$(key_of mover)" && end_move "$slot" "$to" "$from"; } &
moving=$!
for n in 1 2 3; do
  who mover /counted
  wants_code 200
  wants_head "X-RateLimit-Remaining-Hour: $((limit - n))"
done
wait "$moving"
wants_no_event 'redis_(closed|error|out_of_step|timeout|cluster_down)'

it "a slot that moves to and fro under load: exactly as many pass as may"
slot=$(slot_of busy)
from=$(owner_of "$slot")
to=$(((from + 1) % 3))
printf '/single busy 3000\n' | python3 "$here/serve_redis_exact.py" 32 "$port" >busy.json &
load_pid=$!
moves=0
while kill -0 "$load_pid" 2>/dev/null && ((moves < 100)); do
  begin_move "$slot" "$from" "$to"
  for key in $(on "$from" CLUSTER GETKEYSINSLOT "$slot" 10); do move_key "$from" "$to" "$key"; done
  end_move "$slot" "$from" "$to"
  read -r from to <<<"$to $from"
  moves=$((moves + 1))
done
wait "$load_pid"
wants "it moved under load: $moves" test "$moves" -ge 2
wants_json '."200" == 1000 and ."429" == 2000 and .remaining == 1000' busy.json

it "a cluster that is resharded keeps its counts"
curl -sS -K many.curl >codes
ids=$(id_of 0)
redis-cli --cluster reshard "127.0.0.1:${nodes[0]}" --cluster-from all --cluster-to "$ids" --cluster-slots 1500 \
  --cluster-yes >reshard.out 2>&1
for ((n = 1; n <= whos; n++)); do
  printf 'next\nurl = "http://127.0.0.1:%d/counted"\nheader = "x-who: %d"\noutput = /dev/null\n' "$port" "$n"
  printf 'write-out = "%%{http_code}\\n"\n'
done >again.curl
curl -sS -K again.curl >codes
wants "all are still refused: $(sort codes | uniq -c | tr '\n' ';')" test "$(grep -c 429 codes)" -eq "$whos"

it "a node dies, and comes back"
mark
slot=$(slot_of mortal)
node=$(owner_of "$slot")
who mortal
wants_code 200
redis_port=${nodes[$node]}
redis_pid=${node_pids[$node]}
kill_redis
is_down() { on "$(((node + 1) % 3))" CLUSTER INFO | grep -q cluster_state:fail; }
wants "the others see it" until_true 10 is_down
who mortal
wants_code 500
fetch /free
wants_code 200
wants "said: $(logged)" until_true 5 has_event 'redis_(unreachable|closed|cluster_down)'
wants "few lines: $(logged)" test "$(events 'redis_.*')" -le 4
revive_redis
wants "the cluster is whole" until_true 10 cluster_is_ok
wants "it serves" until_true 5 serves mortal
wants_event redis_recovered 'undecided=[1-9][0-9]*'
stop_serve
wants_status 0
finish
