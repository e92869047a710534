#!/usr/bin/env bash
# What serve says when it cannot start: one clear line, the right status, and no hanging about.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail

cat >good.yml <<'Y'
_format_version: "3.0"
services: [{name: s, url: "http://127.0.0.1:9", routes: [{name: r, paths: [/]}]}]
Y
printf '_format_version: "3.0"\nservices: [{name: s}]\n' >bad.yml
cat >guarded.yml <<'Y'
_format_version: "3.0"
services: [{name: s, url: "http://127.0.0.1:9", routes: [{name: r, paths: [/]}],
  plugins: [{name: acl, config: {allow: [staff]}}]}]
Y

# serve FLAGS...: must end by itself.
serve() { run timeout -k 1 $((10 * slowness)) "$GATEWAYCTL" serve "$@"; }
wants_one_line() { wants "one line, not $(wc -l <err)" test "$(wc -l <err)" -eq 1; }

it "the command line is looked at first"
serve
wants_status 2
for flags in "--nonsense" "--proxy-listen nonsense" "--proxy-listen 127.0.0.1:99999" \
  "--workers 0" "--workers x" "--drain-timeout soon" "--access-log-format xml" "--compat 9.9"; do
  read -ra words <<<"$flags"
  serve -c good.yml "${words[@]}"
  wants_status 2
done

it "-t checks and ends"
serve -c good.yml -t
wants_status 0
serve -c bad.yml -t
wants_status 1
wants_err "bad.yml"
serve -c good.yml -t --set no_such_setting=1
wants "a refusal" test "$status" -ne 0
wants_err "no_such_setting"
serve -c good.yml -t --set headers=nonsense
wants "a refusal" test "$status" -ne 0
wants_err "headers"

it "a bad config does not start"
serve -c bad.yml --proxy-listen 127.0.0.1:0 --admin-listen off
wants_status 1
wants_err "bad.yml"

it "a plugin that guards and is not run is no reason to let everyone in"
serve -c guarded.yml -t
wants_status 1
wants_err "acl"
serve -c guarded.yml -t --allow-unsupported-plugins acl
wants_status 0

it "a file that is not there is status 3"
serve -c nowhere.yml
wants_status 3
wants_err "nowhere.yml"
wants_one_line
serve -c good.yml --kong-conf nowhere.conf
wants_status 3
wants_err "nowhere.conf"

if [[ $EUID -ne 0 ]]; then
  it "a file that cannot be read is status 3"
  cp good.yml locked.yml
  chmod 000 locked.yml
  serve -c locked.yml
  wants_status 3
  wants_one_line
fi

it "a place that cannot be written is status 3"
serve -c good.yml --proxy-listen 127.0.0.1:0 --admin-listen off --ready-file /nowhere/ready.json
wants_status 3
wants_err "/nowhere/ready.json"
serve -c good.yml --proxy-listen 127.0.0.1:0 --admin-listen off --access-log /nowhere/access.log
wants_status 3
wants_err "/nowhere/access.log"

it "a port in use is status 3"
start_peer
serve -c good.yml --proxy-listen "127.0.0.1:$peer" --admin-listen off
wants_status 3
wants_err "127.0.0.1:$peer"
wants_one_line
serve -c good.yml --proxy-listen 127.0.0.1:0 --admin-listen "127.0.0.1:$peer"
wants_status 3
wants_err "127.0.0.1:$peer"

it "so is an address that this machine lacks"
serve -c good.yml --proxy-listen 192.0.2.1:8000 --admin-listen off
wants_status 3
wants_err "192.0.2.1"

it "two on one port are refused although each worker has its own listener"
start_serve good.yml --admin-listen off --workers 2
serve -c good.yml --proxy-listen "127.0.0.1:$port" --admin-listen off --workers 2
wants_status 3
wants_err "127.0.0.1:$port"
stop_serve
wants_status 0
finish
