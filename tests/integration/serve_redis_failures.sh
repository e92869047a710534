#!/usr/bin/env bash
# Every way in which Redis fails: what clients get meanwhile, what is logged, and that it passes by itself.
source "$(dirname "${BASH_SOURCE[0]}")/redis_failures_lib.sh"
set -euo pipefail
start_peer
clear_of 60 86400

it "nobody listens at the start: it serves, and counts once somebody does"
start_redis
kill_redis
serve_with "$redis_port"
wants_outage redis_unreachable
revive_redis
took until_true 4 counts
wants_code 200
wants "soon: $elapsed ms" test "$elapsed" -le $((2000 * slowness + 1000 * stall))
wants "said: $(logged)" until_true 3 has_event 'redis_(recovered|connected).*'

it "it dies under way"
mark
kill_redis
for _ in {1..5}; do
  wants_refused
  wants_let_through
  wants_free
done
often /closed 90
wants "all refused: $codes" test "$codes" = " 90 500 "
# Lost first, and then refused; whoever was not asking meanwhile sees but the latter.
wants_event redis_unreachable
revive_redis
# Whoever asks while it is away is one more, so: ask only when it is back.
wants "it is back" until_true 4 has_event 'redis_recovered .*'
wants "counted again" counts
wants_event redis_recovered undecided=100
wants "it may be sent to again" until_true 4 is_ready

it "connections that come back one after the other end one outage"
mark
kill_redis
often /closed 5
often /patient 5
sleep $((2 * slower))
revive_redis
for _ in {1..10}; do
  fetch /closed
  fetch /patient
  sleep 0.1
done
is_back() { fetch /patient && [[ $code == 200 ]]; }
wants "200 in the end, not $code" until_true 5 is_back
wants_event redis_recovered 'undecided=[1-9][0-9]*'

it "it hangs: one time-out, then no more waiting, and late replies are nobody's"
who() { fetch /closed -H "x-who: $1"; }
left() { sed -n 's/^RateLimit-Remaining: \([0-9]*\).*/\1/ip' head; }
for _ in 1 2 3; do who adam; done
for _ in 1 2 3 4 5; do who eve; done
wants_head 'RateLimit-Remaining: 99995'
mark
freeze_redis
took who adam
wants_code 500
wants "about $brief ms, not $elapsed" test "$elapsed" -ge $((brief - 20)) -a "$elapsed" -le $((brief + 400 * slowness + 1000 * stall))
# Each worker has its connection, and each finds out for itself.
at_once /closed 16 16
at_best $((10 * brief)) often /closed 50
wants "all refused: $codes" test "$codes" = " 50 500 "
wants "at once, not $elapsed ms" test "$elapsed" -le $((10 * brief))
wants_let_through
wants_free
wants_event redis_timeout
thaw_redis
wants "counted again" until_true 4 all_count
wants_event redis_recovered 'undecided=[1-9][0-9]*'
who adam
adam=$(left)
for n in {1..20}; do
  who eve
  wants "eve's own: $(left)" test "$(left)" = $((99995 - n))
  who adam
  wants "adam's own: $(left)" test "$(left)" = $((adam - n))
done

it "while some wait for it, all others are served"
# Once more where all stood still meanwhile.
for _ in 1 2 3; do
  mark
  freeze_redis
  { at_once /patient 100 100 && printf '%s' "$codes" >waiting; } &
  waiting=$!
  sleep 0.2
  took often /free 50
  wants "all served: $codes" test "$codes" = " 50 200 "
  wait "$waiting"
  wants "refused in the end: $(cat waiting)" test "$(cat waiting)" = " 100 500 "
  ((elapsed > patient / 2)) || break
  thaw_redis
  until_true 4 all_count
done
wants "at once, not after $elapsed ms" test "$elapsed" -le $((patient / 2))
freeze_redis

it "what waits for a Redis that hangs takes no memory to speak of"
often /closed 2000
before=$(resident_kb "$pid")
at_once /patient 3000 200
often /closed 5000
after=$(resident_kb "$pid")
wants "from $before kB to $after kB" test $((after - before)) -le $((slowness > 1 ? 400000 : 8192))
thaw_redis
wants_recovery

it "it is slow: who is patient gets an answer"
waits_again() {
  at_once /patient 16 16
  [[ $codes == " 16 200 " ]]
}
wants "both have it back" until_true 4 waits_again
while_paused() { # while_paused MILLISECONDS PATH
  redis CLIENT PAUSE "$1" ALL >out
  fetch "$2"
}
# Once more where all stood still: then nobody is patient enough.
for _ in 1 2 3 4 5; do
  mark
  took while_paused $((3 * brief)) /patient
  [[ $code != 200 ]] || break
  until_true 4 waits_again
done
wants_code 200
wants_head 'RateLimit-Remaining: [0-9]+'
wants "when it was ready: $elapsed ms" test "$elapsed" -ge $((3 * brief - 20))
wants_no_event 'redis_.*'
while_paused $((12 * brief)) /closed
wants_code 500
wants_event redis_timeout
wants_recovery

it "its memory is full"
mark
redis CONFIG SET maxmemory 1 >out
wants_outage redis_out_of_memory
redis CONFIG SET maxmemory 0 >out
wants_recovery

it "a load balancer that sends nothing meanwhile learns that it may again"
mark
redis CONFIG SET maxmemory 1 >out
at_once /closed 16 16
wants "all refused: $codes" test "$codes" = " 16 500 "
wants "not ready" until_true 4 is_not_ready
redis CONFIG SET maxmemory 0 >out
wants "ready, without any request" until_true 4 is_ready
wants_event redis_recovered undecided=16
all_count

it "it becomes a replica, and a master again"
mark
replica_port=$redis_port replica_pid=$redis_pid
start_redis
master_port=$redis_port master_pid=$redis_pid
redis_port=$replica_port redis_pid=$replica_pid
redis REPLICAOF 127.0.0.1 "$master_port" >out
is_linked() { redis INFO replication | grep -q master_link_status:up; }
until_true 10 is_linked
wants_outage redis_readonly
redis REPLICAOF NO ONE >out
wants_recovery

it "it is a replica that has lost its master"
mark
redis CONFIG SET replica-serve-stale-data no >out
redis_pid=$master_pid
kill_redis
redis_pid=$replica_pid
redis REPLICAOF 127.0.0.1 "$master_port" >out
wants_outage redis_master_down
redis REPLICAOF NO ONE >out
wants_recovery

it "it is busy with another's script"
mark
redis CONFIG SET busy-reply-threshold 1 >out
redis EVAL 'while true do end' 0 >busy 2>&1 &
busy=$!
is_busy() { redis PING | grep -q BUSY; }
until_true 5 is_busy
wants_outage redis_busy
redis SCRIPT KILL >out
wait "$busy" || true
wants_recovery

it "it takes the right to use scripts away"
mark
redis ACL SETUSER default -@scripting >out
wants_outage redis_auth_failed
redis ACL SETUSER default +@scripting >out
wants_recovery

it "it wants a password from now on"
mark
redis CONFIG SET requirepass secret >out
redis --no-auth-warning -a secret CLIENT KILL TYPE normal >out
often /closed 50
wants_outage redis_auth_failed
tries() { redis --no-auth-warning -a secret INFO stats | sed -n 's/^total_connections_received:\([0-9]*\).*/\1/p'; }
before=$(tries) began=$(milliseconds)
sleep 1
storm=$((($(tries) - before) * 1000 / ($(milliseconds) - began)))
wants "it is not stormed: $storm connections a second" test "$storm" -le 20
redis --no-auth-warning -a secret CONFIG SET requirepass '' >out
wants_recovery

it "somebody has written nonsense into a counter: only that one suffers"
mark
who text
redis SET "$(redis --scan --pattern '*:text:*' | sed -n 1p)" nonsense KEEPTTL >out
who text
wants_code 500
for _ in 1 2 3; do
  who eve
  wants_code 200
done
wants_event redis_error
wants "it is of use to all others" until_true 4 is_ready
redis DEL "$(redis --scan --pattern '*:text:*' | sed -n 1p)" >out
who text
wants_code 200

it "it ends in time while Redis hangs"
mark
freeze_redis
curl -sS -o /dev/null "http://127.0.0.1:$port/patient" 2>/dev/null &
waiting=$!
sleep 0.1
took stop_serve
wants_status 0
wants "after $elapsed ms" test "$elapsed" -le $((patient + 1000 * (slowness + stall)))
wait "$waiting" || true

it "it hangs from the start: it serves, and counts later"
serve_with "$redis_port"
wants_outage 'redis_(timeout|unreachable)'
thaw_redis
wants "counted" until_true 4 counts
stop_serve

it "its name does not exist"
write_config "$redis_port"
sed -i 's/host: 127.0.0.1, port/host: no-such-name.invalid, port/' kong.yml
start_gateway kong.yml --workers 2
wants_outage redis_unreachable
wants_event redis_unreachable 'redis=no-such-name.invalid:[0-9]+ .*error=.+'
wants "not ready" is_not_ready
stop_serve
sed -i 's/fault_tolerant: false/fault_tolerant: true/' kong.yml
start_gateway kong.yml --workers 2
fetch /closed
wants_code 200
wants "ready: no plugin minds" is_ready
stop_serve

finish
