#!/usr/bin/env bash
# A thousand who wait for one change, and how soon an intention reaches connections. The times are printed;
# what fails is that somebody was not reached at all.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_up_lib.sh"
set -euo pipefail
ulimit -n 8192 2>/dev/null || ulimit -n "$(ulimit -Hn)"
cat >mesh.yml <<Y
gateway: kong
network: $(free_network)
services: {web: {calls: [api]}, api: {}}
cut: true
Y
start_mesh -f mesh.yml

it "a thousand watchers of one index are all told of one change"
count=1000
[[ $(ulimit -n) -ge 2100 ]] || count=200
for path in /v1/connect/intentions /v1/connect/intentions; do
  run timeout $((120 * slowness)) python3 "$here/mesh_watchers.py" "${consul%:*}" "${consul##*:}" "$count" $((10 * slowness)) "$path"
  wants_status 0
  wants_json ".answered == $count and .early == 0"
  jq -r '"\(.answered) of \(.watchers) watchers answered; the first after \(.first_ms) ms, the last after \(.slowest_ms) ms"' out
done
wants "the agent is well" test "$(ask status/leader)" = "\"$network.1:8300\""

it "who has gone away is forgotten"
waiting() {
  curl -sS --max-time 10 -H 'X-Gatewayctl: mesh' "http://$consul/v1/gatewayctl/status" |
    jq -e '[.. | objects | .waiting? // .consul_waiting? // empty] | max == 0'
}
for _ in 1 2 3 4 5; do
  curl -sS --max-time 0.5 "http://$consul/v1/connect/intentions?index=1000000&wait=5m" >/dev/null 2>&1 || true
done
wants "none waits: $(curl -sS -H 'X-Gatewayctl: mesh' "http://$consul/v1/gatewayctl/status")" until_true 15 waiting

it "an intention reaches new connections, and running ones where that is wished"
for intention in $(ask connect/intentions | jq -r '.[].ID'); do ask "connect/intentions/$intention" -X DELETE >/dev/null; done
gatewayctl certs fetch --service kong --out kong
run timeout $((120 * slowness)) python3 "$here/mesh_intention_times.py" "$consul" "$network.3:20000" kong $((10 * slowness))
wants_status 0
wants_json '.new_ms >= 0 and .running_ms >= 0 and .again_ms >= 0'
jq -r '"a denial reached new connections after \(.new_ms) ms, a running one after \(.running_ms) ms; allowed again after \(.again_ms) ms"' out

stop_mesh
wants_status 0
wants_no_report err
finish
