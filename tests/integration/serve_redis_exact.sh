#!/usr/bin/env bash
# Two gateways, one Redis, 64 connections at once: exactly as many pass as the limit says, in every
# round, and after each death of Redis too. ROUNDS is how many rounds of each kind there are.
source "$(dirname "${BASH_SOURCE[0]}")/redis_lib.sh"
set -euo pipefail
readonly rounds=${ROUNDS:-$((slowness > 1 ? 3 : 20))} limit=1000

start_redis
upstream=$(free_port)
cat >upstream.conf <<N
  keepalive_requests 1000000;
  server { listen 127.0.0.1:$upstream; location / { return 200 'ok'; } }
N
start_nginx upstream.conf "$upstream"

# write_config FORMAT WHERE: WHERE names the Redis as that format spells it. Each who is counted for itself.
write_config() {
  local by="limit_by: header, header_name: x-who, fault_tolerant: false, policy: redis, $2"
  cat >kong.yml <<Y
_format_version: "$1"
services:
- name: echo
  url: http://127.0.0.1:$upstream
  routes:
  - name: counted
    paths: [/counted]
    plugins: [{name: rate-limiting, config: {minute: $limit, $by}}]
  - name: probe
    paths: [/probe]
    plugins: [{name: rate-limiting, config: {day: 1000000, $by}}]
Y
}

# start_two LEVEL: each in a folder of its own; sets gateways, their ports, and gateway_pids.
start_two() {
  local folder
  gateways=()
  gateway_pids=()
  for folder in one other; do
    mkdir -p "$folder"
    cd "$folder"
    start_serve ../kong.yml --admin-listen off --workers 2 --compat "$1"
    cd ..
    gateways+=("$port")
    gateway_pids+=("$pid")
  done
}
stop_two() {
  kill -TERM "${gateway_pids[@]}"
  wait "${gateway_pids[@]}" || true
}

start_client() {
  coproc client { python3 "$here/serve_redis_exact.py" 64 "${gateways[@]}"; }
  # shellcheck disable=SC2154
  pids+=("$client_PID")
}
stop_client() {
  local one=$client_PID
  kill "$one"
  wait "$one" 2>/dev/null || true
}
# play PATH WHO COUNT: out is what became of them.
play() {
  printf '%s %s %d\n' "$@" >&"${client[1]}"
  read -r -t $((90 * slowness)) answer <&"${client[0]}" || answer='{}'
  printf '%s\n' "$answer" >out
}
# Every connection, and so every worker that one leads to, has found Redis again.
all_probes_pass() {
  play /probe probe 64
  jq -e '."200" == 64' out
}

# wants_exact WHO: twice as many as may pass are sent, more or less.
wants_exact() {
  play /counted "$1" 1500
  wants_json ".\"200\" == $limit and .\"429\" == 500 and .remaining == $limit"
}

while read -r format level where; do
  write_config "$format" "${where//PORT/$redis_port}"
  start_two "$level"
  start_client
  until_true 10 all_probes_pass

  it "level $level: exactly $limit of 1500 pass, each with a count of its own, in each of $rounds rounds"
  for ((n = 1; n <= rounds; n++)); do wants_exact "$level-$n"; done

  it "level $level: the same after each of $rounds deaths of Redis"
  for ((n = 1; n <= rounds; n++)); do
    kill_redis
    revive_redis
    wants "both are back" until_true 5 all_probes_pass
    wants_exact "$level-killed-$n"
  done

  it "level $level: what is under way while Redis dies is never let through twice"
  { sleep 0.05 && kill -KILL "$redis_pid"; } &
  killer=$!
  play /counted "$level-dying" 6000
  wait "$killer" 2>/dev/null
  kill_redis
  wants_json "(.\"200\" // 0) <= $limit and (.\"200\" // 0) + (.\"429\" // 0) + (.\"500\" // 0) == 6000"
  revive_redis
  wants "both are back" until_true 5 all_probes_pass

  stop_client
  stop_two
done <<'ROWS'
2.1 2.8 redis_host: 127.0.0.1, redis_port: PORT
3.0 3.9 redis: {host: 127.0.0.1, port: PORT}
ROWS
finish
