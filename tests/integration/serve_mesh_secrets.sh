#!/usr/bin/env bash
# The agent's token and the keys that it hands out: no log, answer, process or file has them.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_lib.sh"
set -euo pipefail
readonly token=CANARY5ecret-token
keys=()
touch began admin.seen client.seen out err

start_consul --token "$token" --state "$work/state"
export CONSUL_HTTP_TOKEN=$token
start_sidecar web web
start_sidecar other api
cat >kong.yml <<Y
_format_version: "3.0"
$(kong_certificate)
ca_certificates:
- {id: $roots_id, cert: "{vault://consul/roots}"}
services:
$(mesh_service web "${sidecar[web]}" "$(is web)")
$(mesh_service other "${sidecar[other]}" "$(is web), tls_verify: true, ca_certificates: [$roots_id]")
Y

# keep_key: the second line of the key that is in use now; every key has another one.
keep_key() {
  local line
  line=$(consul_get 'key?service=kong' | sed -n 2p)
  [[ ${#line} -ge 40 ]] || fail "no key to look for"
  keys+=("$line")
}
ask_all() {
  local path
  for path in / /status /status/ready /config /certificates "/certificates/$kong_id" /ca_certificates \
    "/ca_certificates/$roots_id" /services /services/web /vaults /schemas/certificates /endpoints; do
    curl -sS --max-time 10 -i "http://$admin$path" >>admin.seen || true
  done
  for path in /web '/web?last=1' /other /nowhere; do
    curl -sS --max-time 10 -i "http://127.0.0.1:$port$path" >>client.seen || true
    curl -sS --max-time 10 -i -d hello "http://127.0.0.1:$port$path" >>client.seen || true
  done
}
# secrets_in FILE...: those that have one. JSON may write a slash as \/. Other programs' files may hold
# keys of their own.
secrets_in() {
  local file one ours=(-e "$token") patterns
  for one in "${keys[@]}"; do ours+=(-e "$one"); done
  for file in "$@"; do
    patterns=("${ours[@]}")
    [[ $file == /* && $file != "$work"/* ]] || patterns+=(-e 'PRIVATE KEY')
    [[ $(tr -d '\\' <"$file" 2>/dev/null | grep -caF "${patterns[@]}") == 0 ]] || printf '%s\n' "$file"
  done
}
wants_clean() {
  local found
  found=$(secrets_in "$@")
  wants "no secret, but: $found" test -z "$found"
}
# What any process has written since the test began, but the agent's own files.
written() {
  find "$work" "$(dirname "$work")" -xdev -type f -newer began -size -2000k ! -path "$work/state/*" \
    ! -name 'consul.*.flags' 2>/dev/null | sort -u
}

for format in combined json; do
  it "nothing leaks into the $format log, nor elsewhere, whatever the agent says"
  rm -f access.log
  consul_mode good
  start_serve kong.yml --access-log-format "$format" --admin-listen 127.0.0.1:0 --set log_level=debug \
    --set admin_access_log="$work/admin.log" --set dns_hostsfile="$work/hosts"
  wants "the mesh is there" until_true 5 answers /web 200
  keep_key
  ask_all
  for mode in wrong-key expired-leaf truncated-json not-json newlines http-500 foreign-root; do
    consul_mode "$mode"
    sleep 0.5
    keep_key
    ask_all
  done
  consul_mode good
  consul_do rotate
  sleep 1
  keep_key
  kill -HUP "$pid"
  sleep 0.5
  ask_all
  tr '\0' '\n' <"/proc/$pid/cmdline" >cmdline
  wants_clean cmdline
  written >written.list
  mapfile -t files <written.list
  wants_clean "${files[@]}"
  stop_serve
  wants_status 0
  for file in access.log admin.log serve.err serve.out admin.seen client.seen; do wants_clean "$file"; done
  wants "there is something to look at" test "$(wc -c <admin.seen)" -gt 2000
done

it "the Admin API shows the reference, not what stands behind it"
tr -d '\\' <admin.seen >plain
wants "the key's" grep -qF '{vault://consul/leaf/kong/key}' plain
wants "the certificate's" grep -qF '{vault://consul/leaf/kong/cert}' plain

it "a token that is refused is not told either"
export CONSUL_HTTP_TOKEN=$token-wrong
start_serve kong.yml --admin-listen 127.0.0.1:0 --set dns_hostsfile="$work/hosts" --set log_level=debug
mark
marked=0
wants "403 is told: $(tail -3 serve.err)" until_true 5 grep -qE '(403|ACL not found|[Pp]ermission)' serve.err
ready
wants_code 503
cp out ready.seen
wants_clean ready.seen serve.err serve.out
stop_serve
export CONSUL_HTTP_TOKEN=$token

it "nor does a config that is refused spread anything"
sed 's#leaf/kong/key#leaf/kong/nonsense#' kong.yml >bad.yml
sed 's#vault://consul/roots#vault://nowhere/roots#' kong.yml >worse.yml
for config in bad.yml worse.yml; do
  for flag in -t --admin-listen=off; do
    gatewayctl serve -c "$config" --proxy-listen 127.0.0.1:0 "$flag"
    wants_status 1
    wants_clean out err
  done
done

it "a crash tells nothing"
ulimit -c 0
start_serve kong.yml --admin-listen off --set dns_hostsfile="$work/hosts"
wants "the mesh is there" until_true 5 answers /web 200
keep_key
kill -ABRT "$pid"
{ wait "$pid" || true; } 2>/dev/null
wants_clean serve.err serve.out
finish
