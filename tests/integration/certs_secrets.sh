#!/usr/bin/env bash
# Neither a private key nor the token shows anywhere but where it has to be.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
set -euo pipefail
readonly canary=CANARY5ecret
start_consul --token "$canary-token" --auth "user:$canary-password"
export CONSUL_HTTP_AUTH="user:$canary-password"
secrets=(CANARY5ecret 'PRIVATE KEY')

# remember: the keys that were handed out last; one line of each is enough to know it by.
remember() {
  local service line
  for service in web kong; do
    line=$(consul_get "key?service=$service" | sed -n 2p)
    [[ -z $line ]] || secrets+=("$line")
  done
}
wants_clean() { # wants_clean FILES...
  local secret
  for secret in "${secrets[@]}"; do
    wants "no '${secret:0:12}...' in: $(grep -alF -e "$secret" "$@" 2>/dev/null | tr '\n' ' ')" \
      test -z "$(grep -alF -e "$secret" "$@" 2>/dev/null || true)"
  done
}
# wants_only_in_keys FOLDER: no file but those that are keys.
wants_only_in_keys() {
  local files
  mapfile -t files <<<"$(find "$1" -type f ! -name cert.key)"
  wants_clean "${files[@]}"
  wants "each key is private" test -z "$(find "$1" -type f -name cert.key ! -perm 600)"
}

it "a fetch: not in what it says, nor in a file that is no key"
umask 000
printf '%s\n' "$canary-token" >token
mkdir d
start_looking d
for _ in 1 2 3; do
  consul_do 'reissue?service=web'
  # shellcheck disable=SC2016
  certs --service web --service kong --out d --token-file token --exec 'tr "\0" "\n" </proc/self/environ >env; tr "\0" "\n" </proc/$PPID/cmdline >cmdline; cat >stdin'
  wants_status 0
  remember
  cat out err >>said
done
wants_nothing_seen
wants "keys were handed out" test "${#secrets[@]}" -ge 4
wants_clean out err said env cmdline stdin
wants_only_in_keys d
wants "the command had an environment" grep -q '^PATH=' env

it "what fails says nothing either"
for mode in wrong-key foreign-root expired-leaf truncated-json html wrong-shape garbage-leaf http-500 http-forged hang drop nul-header; do
  consul_mode "$mode"
  CONSUL_HTTP_TOKEN=$canary-token certs --service web --service kong --out d --timeout $((2 * slower))s
  wants "fails in mode $mode" test "$status" -ne 0
  remember
  wants_clean out err
  wants_only_in_keys d
done
consul_mode good
CONSUL_HTTP_TOKEN=$canary-wrong certs --service web --out d
wants_status 3
wants_clean out err
CONSUL_HTTP_TOKEN=$canary-token CONSUL_HTTP_AUTH=user:$canary-wrong certs --service web --out d
wants_status 3
wants_clean out err
CONSUL_HTTP_TOKEN=$canary-token CONSUL_HTTP_ADDR=http://user:$canary-url@127.0.0.1:1 certs --service web --out d
wants "fails: $status" test "$status" -ne 0
wants_clean out err
CONSUL_HTTP_ADDR=tcp://user:$canary-url@127.0.0.1:1 certs --service web --out d
wants_status 2
wants_clean out err

it "a watch: nothing in its log, its command line, or what it starts"
mkdir w
start_looking w/web w/kong
# shellcheck disable=SC2016
CONSUL_HTTP_TOKEN=$canary-token start_watch --service web --service kong --out w \
  --exec 'env >>envs; tr "\0" "\n" </proc/$PPID/cmdline >>cmdlines; echo said-by-command; exit 3'
until_true 10 test -s w/kong/cert.pem
until_true 10 test -s envs
if [[ -d /proc/self ]]; then
  tr '\0' '\n' <"/proc/$watch_pid/cmdline" >cmdline
  wants_clean cmdline
fi
remember
consul_do rotate
consul_do 'reissue?service=web'
until_true 10 test "$(roots_in w/web/ca.crt)" -eq 2 || true
sleep $((2 * slower))
remember
for mode in wrong-key http-500 truncated-json good; do
  consul_mode "$mode"
  sleep $slower
  remember
done
kill -HUP "$watch_pid"
sleep 1
remember
stop_watch
wants_status 0
wants_nothing_seen
wants_clean watch.out watch.err envs cmdlines cmdline
wants "its command failed, and is in the log" grep -q 'event=exec_failed' watch.err
wants_only_in_keys w
finish
