#!/usr/bin/env bash
# Replies that no Redis gives when asked to, given by fake_redis.py: every one is an outage, none is a count.
source "$(dirname "${BASH_SOURCE[0]}")/redis_failures_lib.sh"
set -euo pipefail

start_peer
clear_of 60 86400
start_redis
start_fake
serve_with "$fake_port"
wants "it serves" until_true 5 all_count
nested=$(printf '*1\\r\\n%.0s' {1..20000})
long=$(printf 'x%.0s' {1..100000})
rows=0
while read -r event mode; do
  rows=$((rows + 1))
  mode=${mode//NESTED/$nested}
  it "it says ${mode:0:60}: $event"
  mark
  set_mode "${mode//LONG/$long}"
  wants_outage "$event"
  set_mode pass
  wants_recovery
done <<'ROWS'
redis_loading say -LOADING Redis is loading the dataset in memory\r\n
redis_loading each say -LOADING Redis is loading the dataset in memory\r\n
redis_readonly say -READONLY You can't write against a read only replica.\r\n
redis_out_of_memory say -OOM command not allowed when used memory > 'maxmemory'.\r\n
redis_master_down say -MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n
redis_busy say -BUSY Redis is busy running a script.\r\n
redis_cluster_down say -CLUSTERDOWN The cluster is down\r\n
redis_auth_failed say -NOAUTH Authentication required.\r\n
redis_auth_failed each say -NOAUTH Authentication required.\r\n
redis_auth_failed say -WRONGPASS invalid username-password pair or user is disabled.\r\n
redis_auth_failed say -NOPERM this user has no permissions to run the 'evalsha' command\r\n
redis_error say -MISCONF Redis is configured to save RDB snapshots, but is unable to persist on disk.\r\n
redis_error say -ERR LONG\r\n
redis_error say -ERR \x1b[2J\x07 quote" and \\ back\r\n
redis_.* say -NOSCRIPT No matching script.\r\n
redis_.* say -TRYAGAIN Multiple keys request during rehashing of slot\r\n
redis_error say -\r\n
redis_out_of_step say +OK\r\n
redis_out_of_step say :1\r\n
redis_out_of_step say $3\r\nfoo\r\n
redis_out_of_step say $-1\r\n
redis_out_of_step say *-1\r\n
redis_out_of_step say *0\r\n
redis_out_of_step say *2\r\n:0\r\n:0\r\n
redis_out_of_step say *1\r\n+0\r\n
redis_out_of_step say *1\r\n$1\r\n0\r\n
redis_out_of_step say *1\r\n*1\r\n:0\r\n
redis_out_of_step say *1\r\n-OOM nested\r\n
redis_out_of_step say *1\r\n:-1\r\n
redis_out_of_step say *1\r\n:9223372036854775808\r\n
redis_out_of_step say *1\r\n:99999999999999999999999\r\n
redis_out_of_step say *1\r\n:1x\r\n
redis_out_of_step say *1\r\n:\r\n
redis_out_of_step say $-2\r\n
redis_out_of_step say *-2\r\n
redis_out_of_step say *1000000000\r\n
redis_out_of_step say *99999999999999999999\r\n
redis_(out_of_step|timeout) say $536870912\r\n
redis_out_of_step say NESTED
redis_out_of_step say HTTP/1.1 400 Bad Request\r\n\r\n
redis_out_of_step say \x00\xff\x00\xff\r\n
redis_out_of_step say >2\r\n+message\r\n+hello\r\n
redis_out_of_step say LONG
redis_out_of_step each say garbage\r\n
redis_out_of_step pour
redis_closed close
redis_closed each close
redis_closed half
redis_timeout hang
redis_timeout drip
redis_timeout say *1\r\n:
ROWS
wants "all rows" test "$rows" -eq 51

it "who sends on to nowhere answers nothing"
for mode in 'MOVED' 'MOVED 99999 nowhere' 'MOVED 1 127.0.0.1:99999' 'ASK 1 127.0.0.1:0'; do
  set_mode "say -$mode\r\n"
  wants_refused
  wants_let_through
  wants_free
  set_mode pass
  wants "counted again" until_true 4 all_count
done

it "a reply that nobody asked for is nobody's"
who() { fetch /closed -H "x-who: $1"; }
for mode in 'also :5\r\n' 'also *1\r\n:7\r\n' 'later *1\r\n:7\r\n' 'later -ERR out of the blue\r\n'; do
  mark
  who "$mode"
  wants_head 'RateLimit-Remaining: 99999'
  set_mode "$mode"
  who "$mode"
  wants "seen" until_true 3 has_event 'redis_out_of_step .*'
  set_mode pass
  wants "counted again" until_true 4 all_count
  who "$mode"
  wants_code 200
  wants_head 'RateLimit-Remaining: 9999[67]'
done

it "who began before an outage was over, and gives up after it, begins no other"
# The first gives up, and has a new connection, before the second does; often they are two workers'.
for _ in 1 2 3 4 5 6; do
  mark
  set_mode hang
  often /closed 1 &
  first=$!
  sleep 0.1
  often /closed 1 &
  second=$!
  sleep 0.05
  set_mode pass
  wait "$first" "$second" || true
  wants_recovery
done

it "one who is patient reads a reply that comes byte by byte"
mark
set_mode drip
fetch /patient
wants_code 200
wants_head 'RateLimit-Remaining: [0-9]+'
set_mode pass
wants_no_event 'redis_.*'

it "bombs leave no memory behind"
before=$(resident_kb "$pid")
for mode in pour 'say *1000000000\r\n' "say $nested"; do
  set_mode "$mode"
  for _ in {1..20}; do
    often /closed 5
    sleep 0.05
  done
done
set_mode pass
wants "counted again" until_true 4 all_count
after=$(resident_kb "$pid")
wants "from $before kB to $after kB" test $((after - before)) -le $((slowness > 1 ? 400000 : 8192))

stop_serve
wants_status 0
it "no line of the log is broken, whatever Redis said"
wants "all lines are lines: $(grep -avE '^time=' serve.err | head -3)" test -z "$(grep -avE '^time=' serve.err || true)"
wants "short ones" test "$(awk '{ if (length > most) most = length } END { print most }' serve.err)" -le 2000
wants "printable" test -z "$(LC_ALL=C grep -aP '[^\x20-\x7e]' serve.err || true)"
finish
