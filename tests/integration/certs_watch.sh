#!/usr/bin/env bash
# `certs fetch --watch`: files that follow Consul, through rotations, expiry, outages and nonsense.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
set -euo pipefail
start_consul --state "$work/state"

it "writes at once, and says so"
start_watch --service web --out d
wants "the files come" until_true 10 is_good d web
wants_files d web
wants "it runs" watches
wants "a line: $(cat watch.out watch.err)" grep -q web watch.out watch.err

it "asks by blocking requests, and seldom"
sleep 1
wants "hardly any in a second" test "$(asked 1)" -le 4

it "follows a rotation: first the new roots, then the pair"
start_looking d
was=$(serial d/cert.pem)
consul_do 'delay?seconds=1'
consul_do rotate
wants "both roots, and the pair of the old one: within 2 s" until_true 2 has_roots d 2 web
wants "the new pair" until_true 4 has_another d "$was"
wants "leaf and cross-certificate" test "$(roots_in d/cert.pem)" -eq 2
wants_files d web
consul_do 'delay?seconds=0.1'
was=$(serial d/cert.pem)
consul_do rotate
wants "the next one" until_true 4 has_another d "$was"
wants "three roots" until_true 4 has_roots d 3 web
wants_nothing_seen
wants_no_event 'certificates_refused|consul_unreachable'

it "SIGHUP: fetches anew at once"
mark
consul_get log >log
kill -HUP "$watch_pid"
asked_anew() { test "$(requests '.path | test("leaf/web")')" -ge 1; }
wants "asked" until_true 4 asked_anew
wants "runs" watches
wants_no_event '[a-z_]*(refused|unreachable|failed)'
# Fetched, and not renewed: nothing has changed.
wants_files d web
kept d
kill -HUP "$watch_pid"
sleep $slower
wants_kept d

it "renews before expiry, and not in a storm"
consul_do "ttl?seconds=$life&renew=$renew"
consul_do 'reissue?service=web'
short() { ! openssl x509 -in d/cert.pem -noout -checkend $((life + 1)) >/dev/null && is_good d web; }
wants "the short one" until_true 4 short
if [[ $slowness -eq 1 ]]; then
  start_looking d
fi
began=$SECONDS
consul_get log >log
# Whoever kept the first one would have one that has expired.
sleep $((life + 2))
count=$(requests '.path | test("leaf")')
wants "$count requests in $((SECONDS - began)) s" test "$count" -lt $((3 * (SECONDS - began)))
wants "renewed: $count requests" test "$count" -ge 1
wants "good" until_true 2 is_good d web
if [[ $slowness -eq 1 ]]; then
  wants_nothing_seen
fi
wants_no_event 'certificates_refused|consul_unreachable'
consul_do 'ttl?seconds=259200'
consul_do 'reissue?service=web'
long() { openssl x509 -in d/cert.pem -noout -checkend 3600 >/dev/null && is_good d web; }
wants "a long one again" until_true 4 long

it "Consul is killed: the files stay, and one line is logged"
mark
kept d
kill_consul
wants_event consul_unreachable
sleep $((3 * slower))
wants_kept d
wants "runs" watches
wants "once: $(logged)" test "$(events consul_unreachable)" -eq 1
wants "logfmt, a warning" grep -qE '^time=[0-9TZ:.+-]+ level=warn event=consul_unreachable .*' watch.err
wants "which one" grep -qE "event=consul_unreachable .*$consul_port" watch.err

it "it comes back by itself: other certificates"
was=$(serial d/cert.pem)
revive_consul
wants_event consul_recovered 20
wants "other certificates" until_true 20 has_another d "$was"
wants "once: $(logged)" test "$(events consul_recovered)" -eq 1
wants_files d web

it "Consul has lost everything: another CA, and an index that starts again"
mark
kill_consul
rm -rf state
revive_consul
was=$(serial d/cert.pem)
wants "other certificates" until_true 30 has_roots d 1 web
wants "they verify" until_true 5 is_good d web
# From then on it is watched as before.
was=$(serial d/cert.pem)
consul_do 'reissue?service=web'
wants "watched" until_true 5 has_another d "$was"

it "one that has hung is not waited for for ever"
mark
consul_mode hang
kill -HUP "$watch_pid"
sleep $((2 * slower))
wants "runs" watches
consul_mode good
was=$(serial d/cert.pem)
consul_do 'reissue?service=web'
wants "it recovers" until_true 30 has_another d "$was"

it "SIGTERM and SIGINT end it, whatever it waits for"
stop_watch
wants_status 0
wants "within a second: $elapsed ms" test "$elapsed" -le $((1000 * (slowness + stall)))
wants_no_report watch.err
for signal in INT TERM; do
  for mode in good hang http-500; do
    consul_mode "$mode"
    start_watch --service web --service kong --out "e$signal$mode"
    sleep $slower
    stop_watch "$signal"
    wants_status 0
    wants "within a second of $signal in mode $mode: $elapsed ms" test "$elapsed" -le $((1000 * (slowness + stall)))
    wants_no_report watch.err
  done
done
consul_mode good

it "starts where there is no Consul yet, and writes when there is"
kill_consul
start_watch --service web --out late
wants_event consul_unreachable
wants "nothing yet" test ! -e late/cert.pem
revive_consul
wants "the files come" until_true 20 is_good late web
stop_watch
wants_status 0

it "starts with files that are there: what is right is not touched"
start_watch --service web --out late
sleep $((2 * slower))
kept late
stop_watch
start_watch --service web --out late
sleep $((2 * slower))
wants_kept late
stop_watch
kill_consul
start_watch --service web --out late
wants_event consul_unreachable
wants_kept late
stop_watch
wants_status 0
wants_kept late
revive_consul

it "a folder that cannot be written is said, and tried again"
start_watch --service web --out late
sleep $slower
mark
mv late/..pair late/..kept
mkdir -p late/..pair/in-the-way
consul_do 'reissue?service=web'
sleep $((2 * slower))
wants "runs" watches
said() { logged | grep -q late; }
wants "said" until_true 5 said
rm -rf late/..pair
consul_do 'reissue?service=web'
wants "written again" until_true 20 is_good late web
stop_watch
wants_status 0
finish
