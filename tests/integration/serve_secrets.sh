#!/usr/bin/env bash
# Keys, tokens and cookies are planted wherever a client or a config can put them; no log has them.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail
readonly canary=CANARY5ecret

start_peer
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=a.test \
  -keyout a.key -out a.crt 2>/dev/null
cat >kong.yml <<Y
_format_version: "3.0"
certificates:
- cert: |
$(sed 's/^/    /' a.crt)
  key: |
$(sed 's/^/    /' a.key)
  snis: [{name: a.test}]
services:
- name: echo
  url: http://127.0.0.1:$peer
  read_timeout: 1000
  retries: 1
  routes:
  - {name: open, paths: [/open]}
  - name: keyed
    paths: [/keyed]
    plugins:
    - {name: key-auth, config: {key_names: [apikey], key_in_body: true, hide_credentials: true}}
consumers:
- username: alice
  keyauth_credentials: [{key: $canary-good}]
Y

# ask: everything that carries a secret, to everything that succeeds or fails.
ask() {
  local path
  for path in /keyed /open /nowhere /open/reset /open/hang /open/close; do
    fetch "$path" -X POST -H "apikey: $canary-good" -H "Authorization: Bearer $canary-bearer" \
      -H "Cookie: session=$canary-cookie" -H "Proxy-Authorization: Basic $canary-proxy"
    fetch "$path?apikey=$canary-query&other=$canary-other" -e "http://a.test/?apikey=$canary-referer"
    fetch "$path?api%6bey=$canary-coded" -u "user:$canary-password"
  done
  fetch /keyed --data "apikey=$canary-form"
  fetch /keyed --json "{\"apikey\": \"$canary-json\"}"
  fetch /keyed -H "apikey: $canary-bad" -H "apikey: $canary-twice"
  # Heads that are refused may hold secrets too.
  fetch /keyed -H "apikey : $canary-malformed"
  fetch "/keyed" -H "apikey: $canary-long$(head -c 20000 /dev/zero | tr '\0' x)"
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /keyed?apikey=%s-bare\nHost: a\n\n' "$canary" >&3
  timeout 5 cat <&3 >/dev/null || true
  exec 3>&-
}

wants_clean() { # wants_clean FILE
  wants "no secret in $1: $(grep -aoE "$canary-[a-z]+" "$1" | sort -u | tr '\n' ' ')" \
    test -z "$(grep -aF "$canary" "$1" || true)"
  wants "no private key in $1" test -z "$(grep -aF 'PRIVATE KEY' "$1" || true)"
}

for format in combined json; do
  it "nothing leaks into the $format log, nor into stderr"
  rm -f access.log
  start_serve kong.yml --access-log-format "$format" --admin-listen 127.0.0.1:0 --set log_level=debug
  ask
  fetch /keyed -H "apikey: $canary-good"
  wants_code 200
  wants "the key does its work and stays here" test -z "$(grep -F "$canary" out || true)"
  wants "an Admin API" test -n "$admin"
  for path in / /status /services /routes /consumers /plugins /key-auths /consumers/alice/key-auth; do
    curl -sS --max-time 5 "http://$admin$path" >>admin.out || true
  done
  kill -HUP "$pid"
  sleep 0.5
  stop_serve
  wants_status 0
  wants "the log has lines" test "$(wc -l <access.log)" -ge 15
  for file in access.log serve.err serve.out admin.out; do wants_clean "$file"; done
  if [[ $format == json ]]; then
    run jq -e . access.log
    wants_status 0
  fi
done

it "a config that is refused does not spread its secrets: who starts may run unattended"
sed "s/key: $canary-good/key: [$canary-good]/" kong.yml >bad.yml
sed "s/username: alice/usernam: $canary-name/" kong.yml >worse.yml
for config in bad.yml worse.yml; do
  gatewayctl serve -c "$config" --proxy-listen 127.0.0.1:0 --admin-listen off
  wants_status 1
  wants_clean err
  wants_clean out
done
finish
