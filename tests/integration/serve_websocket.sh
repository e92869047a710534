#!/usr/bin/env bash
# WebSocket through serve, with a real client and a small server (serve_websocket.py).
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail

upstream=$(free_port)
cat >kong.yml <<Y
_format_version: "3.0"
services:
- name: ws
  url: http://127.0.0.1:$upstream
  read_timeout: 2000
  routes:
  - {name: open, paths: [/open]}
  - {name: keyed, paths: [/keyed], plugins: [{name: key-auth}]}
consumers: [{username: alice, keyauth_credentials: [{key: alice-key}]}]
Y
start_serve kong.yml --admin-listen off --workers 1

it "carries frames both ways, and lets nobody upgrade without a key"
# Debian's interpreter: python3-websocket is installed for that one.
run timeout $((120 * slowness)) /usr/bin/python3 "$here/serve_websocket.py" "$port" "$upstream"
wants_status 0
wants_out "all is well"

it "the gateway is as before"
fetch /nowhere
wants_code 404
stop_serve
wants_status 0
finish
