#!/usr/bin/env bash
# The agent of `mesh up` answers as Consul 1.8.7 does: hundreds of requests, compared to the byte with what a
# real one has answered (consul_recordings), and with a real one itself where it can be had.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_up_lib.sh"
set -euo pipefail
readonly master=0a000000-0000-4000-8000-000000000001
readonly recording=$here/consul_recordings/consul-1.8.7.json
openssl ecparam -name prime256v1 -genkey -noout -out ca.key 2>/dev/null

# converse JOB FILE ADDRESS ACL-ADDRESS
converse() {
  run python3 "$here/mesh_conformance.py" "$3" "$4" ca.key "$1" "$2" --slowness "$slowness"
  [[ $status -eq 0 ]] || cat out
}
# best_of_two START JOB: START sets plain and guarded to two new agents. A machine that stood still between a
# blocking request and what is to wake it has shown something else; a true difference is there each time.
best_of_two() {
  local try
  for try in 1 2; do
    "$1"
    converse "$2" "$recording" "$plain" "$guarded"
    [[ $status -ne 0 ]] || break
    printf 'try %d of 2 found differences\n' "$try"
  done
  wants_status 0
  tail -1 out
}

our_agents() {
  start_mesh
  plain=$consul
  python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import mesh_requests
print(mesh_requests.topology(sys.argv[2]))' "$here" "$(free_network)" >acl.yml
  start_mesh -f acl.yml
  guarded=$consul
}
real_agents() {
  start_agent 'node_name = "conformance"'
  plain=127.0.0.1:$consul_port
  start_agent "node_name = \"conformance\"
  acl = { enabled = true, default_policy = \"deny\", tokens = { master = \"$master\", agent = \"$master\" } }"
  guarded=127.0.0.1:$consul_port
}

if [[ ${1:-} != real ]]; then
  it "a mesh answers as Consul does"
  best_of_two our_agents compare
fi

# So that the recording is what it says it is. `real record` writes it anew.
if [[ $slowness -ne 1 ]]; then
  printf 'SKIPPED in part: what is compared now is a real Consul, and nothing of this build\n'
  finish
  exit
fi
if ! "$here/get_consul.sh" >consul.path 2>why; then
  printf 'SKIPPED in part: no Consul 1.8 package to be had\n'
  finish
  exit
fi
source "$here/real_consul_lib.sh"
it "a real Consul answers as it did"
best_of_two real_agents "${2:-compare}"
finish
