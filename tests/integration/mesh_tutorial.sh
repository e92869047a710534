#!/usr/bin/env bash
# The tutorial, both halves, in one command; and its manifests as they stand in the document.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_up_lib.sh"
set -euo pipefail
readonly tutorial=$SOURCE/scenarios/tutorial manifests=$here/tutorial_manifests

it "the whole tutorial in one command, every answer as recorded"
mkdir tmp
run env TMPDIR="$work/tmp" MESH_CONSUL=127.0.0.1:0 MESH_PROXY=127.0.0.1:0 MESH_NETWORK="$(free_network)" \
  timeout -k 5 $((60 * slowness)) "$tutorial/run"
wants_status 0
wants_out 'every answer was as recorded'
wants "nothing is left behind: $(ls -A tmp)" test -z "$(ls -A tmp)"
wants "nothing runs on" test -z "$(grep -laF "$work/tmp" /proc/[0-9]*/cmdline 2>/dev/null || true)"
tail -n 1 out
grep -nE '^ *\$ ' out >commands
for what in 'mesh up' 'mesh intention create --deny kong web' 'mesh intention create --deny web api' 'certs fetch --service nginx' \
  'mesh fault rotate-root' 'serve -c web-ingress.yml -c web-externalservice.yml -c ratelimiting.yml'; do
  wants "it shows: gatewayctl $what" grep -qF "gatewayctl $what" commands
done
# What httpie shows in the document, it shows too.
for what in 'An invalid response was received from the upstream server' 'Get http://localhost:9091/: EOF' 'HTTP/1.1 429' \
  'Via: kong/2.0.5' 'Via: kong/2.1.3.1-enterprise-edition'; do
  wants_out "$what"
done

it "it says what is missing"
run env GATEWAYCTL=/nowhere/gatewayctl "$tutorial/run"
wants_status 3
wants_err '/nowhere/gatewayctl'

it "an address that is taken is told"
port=$(free_port)
python3 -m http.server "$port" --bind 127.0.0.1 >/dev/null 2>&1 </dev/null &
pids+=("$!")
until_true 10 accepts "$port"
run env TMPDIR="$work/tmp" MESH_CONSUL="127.0.0.1:$port" MESH_PROXY=127.0.0.1:0 MESH_NETWORK="$(free_network)" "$tutorial/run"
wants_status 3
wants_err "127.0.0.1:$port"
wants_err 'MESH_CONSUL, MESH_PROXY and MESH_NETWORK put'
wants "nothing is left behind: $(ls -A tmp)" test -z "$(ls -A tmp)"

it "the program may be named from where one stands"
ln -s "$GATEWAYCTL" here
run env GATEWAYCTL=./here TMPDIR="$work/tmp" MESH_CONSUL="127.0.0.1:$port" MESH_PROXY=127.0.0.1:0 MESH_NETWORK="$(free_network)" "$tutorial/run"
wants_status 3
wants_err "cannot listen on 127.0.0.1:$port"

it "the document's manifests are taken as they stand: what is the gateway's"
ingress=(-c "$tutorial/web-ingress.yml" -c "$tutorial/web-externalservice.yml")
limit=(-c "$tutorial/ratelimiting.yml" --patch 'ingress/web={"metadata":{"annotations":{"plugins.konghq.com":"rl-by-minute"}}}')
gatewayctl validate "$tutorial/web-ingress.yml" "$tutorial/web-externalservice.yml" "$tutorial/ratelimiting.yml"
wants_status 0
wants_out '0 errors, 0 warnings'
gatewayctl validate "$tutorial/web-ingress.yml" "$tutorial/web-externalservice.yml" "$tutorial/ratelimiting.yml" "${limit[@]:2}"
wants_status 0
gatewayctl serve -t "${ingress[@]}" "${limit[@]}"
wants_status 0
wants_out '1 service, 1 route'
gatewayctl replay "${ingress[@]}" --send 'GET /web'
wants_status 0
wants_out 'default.web.00'
gatewayctl replay "${ingress[@]}" "${limit[@]}" --send 'GET /web'
wants_status 0
wants_out 'RateLimit-Remaining: 2'

it "and what is not is a note"
for name in api web-sidecar; do
  for command_of in "validate" "serve -t -c"; do
    # shellcheck disable=SC2086
    gatewayctl $command_of "$manifests/$name.yml"
    wants_status 0
    cat out err >both
    wants "a note about the Deployment" grep -qE 'note\[GW1609\]: Deployment .* is not the gateway.s' both
    wants "no error, no warning" test -z "$(grep -E '(error|warning)\[' both || true)"
  done
  gatewayctl replay -c "$manifests/$name.yml" --send 'GET /web'
  wants_status 0
  wants_out 'HTTP 404'
done

it "Helm's values are no config: an error where they are named, a warning where they are found"
gatewayctl validate "$manifests/consul-connect.yml"
wants_status 1
wants_err 'error[GW1101]'
gatewayctl validate "$manifests"
wants_status 0
wants_err 'warning[GW1101]'
gatewayctl validate --strict "$manifests"
wants_status 1
finish
