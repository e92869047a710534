#!/usr/bin/env bash
# `certs fetch --watch` while Consul, or what stands in its place, talks nonsense: files and log stay as
# they should, nobody is stormed, and all is well when it is over. Several modes at a time, each with a
# stand-in and a watch of its own.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
set -euo pipefail

# begin MODE: a watch that has written good files, in that mode from now on.
begin() {
  it "mode $1"
  start_consul
  start_watch --service web --out d
  wants "writes" until_true 10 is_good d web
  wants_files d web
  mark
  kept d
  consul_mode "$1"
}
# recovers: when it is over nothing remains of it.
recovers() {
  mark
  was=$(serial d/cert.pem)
  consul_mode good
  consul_do 'reissue?service=web'
  wants "it recovers: $(logged)" until_true 20 has_another d "$was"
  wants_files d web
}
# ends: nothing has broken.
ends() {
  stop_watch
  wants_status 0
  wants_no_report watch.err
}

# refuses MODE EVENT: what is bad is said and not written.
refuses() {
  begin "$1"
  wants_event "$2" 10
  wants_kept d
  local count
  count=$(asked 2)
  wants "$count requests in 2 s" test "$count" -le 20
  wants "runs" watches
  wants "few lines: $(logged | head -c 1500)" test "$(logged | wc -l)" -le 6
  wants "no key, no line of somebody's in the log" test "$(logged | grep -acE 'PRIVATE KEY|^level=|^time=2026-01-01' || true)" -eq 0
  wants_kept d
  recovers
  [[ $2 != consul_unreachable ]] || wants_event consul_recovered
  ends
}
# does_not_storm MODE: where nothing blocks; a change is seen all the same.
does_not_storm() {
  begin "$1"
  sleep 1
  local count
  count=$(asked 4)
  wants "$count requests in 4 s" test "$count" -lt 40
  wants "runs" watches
  was=$(serial d/cert.pem)
  consul_do 'reissue?service=web'
  wants "a change is seen: $(logged)" until_true 15 has_another d "$was"
  recovers
  ends
}

# aside FUNCTION MODE EVENT: in a folder of its own, meanwhile.
aside() {
  (
    mkdir "$2"
    cd "$2"
    : >out
    : >err
    trap stop_all EXIT
    checks=0 failures=0 pids=()
    "$@"
    printf '%d %d\n' "$checks" "$failures" >result
  ) >"$2.log" 2>&1 </dev/null &
  begun+=("$2:$!")
}
# together: waits for all of them, and counts.
together() {
  local one counts
  for one in "${begun[@]}"; do
    wait "${one##*:}" || true
    one=${one%:*}
    cat "$one.log"
    counts=(1 1)
    [[ ! -s $one/result ]] || read -ra counts <"$one/result"
    checks=$((checks + counts[0]))
    failures=$((failures + counts[1]))
    [[ ${counts[1]} -eq 0 ]] || printf 'FAILED in mode %s\n' "$one"
  done
  begun=()
}

begun=()
for mode in wrong-key expired-leaf future-leaf other-service foreign-root; do
  aside refuses "$mode" certificates_refused
done
together
for mode in truncated-json not-json html wrong-shape no-roots newlines; do
  aside refuses "$mode" consul_unreachable
done
together
for mode in garbage-leaf nul-header deep huge redirect drop; do
  aside refuses "$mode" consul_unreachable
done
together
for mode in http-500 http-429 http-404 http-forged no-connect not-bootstrapped; do
  aside refuses "$mode" consul_unreachable
done
together
for mode in spin index-backwards index-zero no-index; do
  aside does_not_storm "$mode"
done
together
finish
