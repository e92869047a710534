#!/usr/bin/env bash
# `certs fetch --exec`: what is run after a change, in which surroundings, and what becomes of it.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
set -euo pipefail
start_consul

lines() { wc -l <"$1" 2>/dev/null || printf 0; }
has_lines() { [[ $(lines "$1") -eq $2 ]]; }

it "without --watch: runs after a change, and not without one"
certs --service web --out d --exec 'echo run >>runs'
wants_status 0
wants "once" has_lines runs 1
certs --service web --out d --exec 'echo run >>runs'
wants_status 0
wants "not again" has_lines runs 1
consul_do rotate
certs --service web --out d --exec 'echo run >>runs'
wants "new roots are a change" has_lines runs 2

it "runs when the files are there"
consul_do 'reissue?service=web'
# shellcheck disable=SC2016
certs --service web --out d --exec 'openssl verify -CAfile d/ca.crt -untrusted d/cert.pem d/cert.pem >verified 2>&1 && cat d/cert.key >/dev/null && echo all >>verified'
wants_status 0
wants "all three" grep -q all verified

it "in a clean environment, with nothing to read"
consul_do 'reissue?service=web'
consul_do 'reissue?service=kong'
# shellcheck disable=SC2016
run env CONSUL_HTTP_TOKEN=secret CONSUL_NAMESPACE= SOMETHING=else LANG=C.UTF-8 HOME=/tmp "$GATEWAYCTL" certs fetch --service web --service kong --out many \
  --exec 'env >env; cat >stdin; ls /proc/self/fd >fds 2>&1; readlink /proc/self/fd/0 >where; grep -E "^Sig(Blk|Ign)" /proc/self/status >signals; true'
wants_status 0
names=$(cut -d= -f1 env | grep -vE '^(PWD|SHLVL|_|OLDPWD)$' | sort | tr '\n' ' ')
wants "only these: $names" test "$names" = "GATEWAYCTL_OUT GATEWAYCTL_SERVICES HOME LANG PATH "
wants "the folder: $(cat env)" grep -qE "^GATEWAYCTL_OUT=(.*/)?many$" env
wants "the services: $(cat env)" grep -qE '^GATEWAYCTL_SERVICES=.*web' env
wants "the services: $(cat env)" grep -qE '^GATEWAYCTL_SERVICES=.*kong' env
wants "nothing to read" test ! -s stdin
if [[ -d /proc/self/fd ]]; then
  wants "from /dev/null: $(cat where)" test "$(cat where)" = /dev/null
  sh -c 'env >/dev/null; ls /proc/self/fd >usual 2>&1; true' </dev/null
  wants "no more open files than usual: $(tr '\n' ' ' <fds)" test -s fds -a -z "$(grep -vxFf usual fds || true)"
  wants "no signal of ours is blocked: $(cat signals)" grep -qE '^SigBlk:\s0+$' signals
fi

it "its failure is the fetch's: 1"
consul_do 'reissue?service=web'
certs --service web --out d --exec 'exit 7'
wants_status 1
wants_err status=7
wants "the files are there" is_good d web
consul_do 'reissue?service=web'
# shellcheck disable=SC2016
certs --service web --out d --exec 'kill -9 $$'
wants_status 1
wants_err status=137

it "what was written before another folder failed is told of"
mkdir half
printf 'a file\n' >half/web
certs --service api --service web --out half --exec 'echo run >>half.runs'
wants_status 3
wants_err half/web
wants "written" is_good half/api api
wants "told of" has_lines half.runs 1
consul_do 'reissue?service=api'
certs --service api --service web --out half --exec 'exit 7'
wants_status 3
wants_err half/web
wants_err status=7

it "one that takes too long is ended, with all that it has started"
consul_do 'reissue?service=web'
began=$(date +%s%3N)
# shellcheck disable=SC2016
certs --service web --out d --exec-timeout 1s --exec 'sleep 300 & echo $! >child; trap "" TERM; sleep 301 & echo $! >>child; wait; sleep 302'
elapsed=$(($(date +%s%3N) - began))
wants_status 1
wants "after $elapsed ms" test "$elapsed" -ge 900 -a "$elapsed" -le $((1000 * (4 + stall) + 4000 * slowness))
gone() {
  local one
  while read -r one; do
    ! kill -0 "$one" 2>/dev/null || [[ "$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$one/status" 2>/dev/null)" == Z ]] || return 1
  done <child
}
wants "its children are gone: $(cat child)" until_true 3 gone
wants "has two children" has_lines child 2

it "one that leaves something behind in the background is not waited for"
consul_do 'reissue?service=web'
began=$(date +%s%3N)
certs --service web --out d --exec 'sleep 20 >/dev/null 2>&1 & echo $! >left'
elapsed=$(($(date +%s%3N) - began))
wants_status 0
wants "at once: $elapsed ms" test "$elapsed" -le $((1000 * stall + 3000 * slowness))
kill "$(cat left)" 2>/dev/null || true

it "a command that says much does not stop"
consul_do 'reissue?service=web'
certs --service web --out d --exec 'head -c 1000000 /dev/zero | tr "\0" x; head -c 1000000 /dev/zero | tr "\0" y >&2; echo end >ended'
wants_status 0
wants "ended" test -s ended

it "with --watch: once at first, once a change"
# shellcheck disable=SC2016
start_watch --service web --service kong --service api --out w --exec 'echo "$GATEWAYCTL_SERVICES" >>changes'
wants "at first" until_true 10 has_lines changes 1
for service in web kong api; do
  wants "all were there: $(cat changes)" grep -q "$service" changes
done
sleep $slower
wants "once, not $(lines changes) times: $(tr "\n" ";" <changes)" has_lines changes 1
wants_event exec_done
wants "its status: $(cat watch.err)" until_true 5 grep -qE 'event=exec_done .*status=0|event=exec_done status=0' watch.err

it "several services that change together: one run, or hardly more"
: >changes
consul_do rotate
changed_all() { for service in web kong api; do [[ "$(roots_in "w/$service/ca.crt")" -eq 3 && "$(roots_in "w/$service/cert.pem")" -eq 2 ]] || return 1; done; }
wants "all have changed" until_true 10 changed_all
sleep $((2 * slower))
wants "few runs: $(lines changes)" test "$(lines changes)" -le 3
wants "one at least" test "$(lines changes)" -ge 1
# Three changes in a row are one; a slow machine may take them apart.
: >changes
for service in web kong api; do consul_do "reissue?service=$service"; done
sleep $((2 * slower))
wants "one run: $(lines changes)" test "$(lines changes)" -ge 1 -a "$(lines changes)" -le 2

it "one service changes: one run"
: >changes
consul_do 'reissue?service=kong'
wants "a run" until_true 5 has_lines changes 1

it "nothing changes: nothing runs"
: >changes
kill -HUP "$watch_pid"
sleep $((2 * slower))
wants "no run" has_lines changes 0
stop_watch
wants_status 0

it "a failure is logged, and does not end the watch"
start_watch --service web --out w2 --exec 'echo run >>failing; test -e mended || exit 3'
wants_event exec_failed 10
wants "a warning with the status: $(cat watch.err)" grep -qE 'level=warn event=exec_failed.* status=3' watch.err
wants "runs" watches

it "a command of --exec that fails is run again until it ends well"
has_failed() { [[ $(events exec_failed) -ge $1 ]]; }
# Without a change: after 1, 2 and 4 seconds at most.
wants "again and again: $(cat watch.err)" until_true 10 has_failed 4
wants "with pauses: $(lines failing) runs" test "$(lines failing)" -le 6
: >mended
wants_event exec_done 20
ran=$(lines failing)
sleep $((3 * slower))
wants "and not after it" has_lines failing "$ran"
rm mended
mark
consul_do 'reissue?service=web'
wants_event exec_failed 10
: >mended
wants_event exec_done 20
stop_watch
wants_status 0

it "one that takes too long is ended and logged; the watch goes on"
rm child
# Only the first one does, since it is run again.
# shellcheck disable=SC2016
start_watch --service web --out w3 --exec-timeout 1s --exec 'test ! -e child || exit 0; echo $$ >child; sleep 300 & echo $! >>child; wait'
wants_event exec_failed 10
wants "its children are gone" until_true 3 gone
was=$(serial w3/cert.pem)
consul_do 'reissue?service=web'
another() { [[ "$(serial w3/cert.pem)" != "$was" ]] && is_good w3 web; }
wants "followed" until_true 10 another
stop_watch
wants_status 0

it "SIGHUP is not lost while a command runs"
start_watch --service web --out w5 --exec 'echo run >>busy; sleep 2'
wants "running" until_true 10 test -s busy
consul_get log >log
kill -HUP "$watch_pid"
# A fetch anew does not wait for changes.
asked_anew() { test "$(requests '.query | test("index=") | not')" -ge 1; }
wants "asked anew" until_true 5 asked_anew
stop_watch
wants_status 0

it "files are kept fresh while a command runs"
start_watch --service web --out w4 --exec 'echo run >>long; sleep 3'
wants "running" until_true 10 test -s long
was=$(serial w4/cert.pem)
consul_do 'reissue?service=web'
another() { [[ "$(serial w4/cert.pem)" != "$was" ]] && is_good w4 web; }
wants "not after it only" until_true 2 another
wants "the change meanwhile gets its run" until_true 10 has_lines long 2

it "SIGTERM while one runs"
stop_watch
wants_status 0
wants "within a second: $elapsed ms" test "$elapsed" -le $((1000 * stall + 1500 * slowness))
finish
