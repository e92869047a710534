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

if [[ ${1:-} != real ]]; then
  it "a mesh answers as Consul does"
  start_mesh
  plain=$consul
  topology=$(python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import mesh_requests
print(mesh_requests.topology(sys.argv[2]))' "$here" "$(free_network)")
  printf '%s\n' "$topology" >acl.yml
  start_mesh -f acl.yml
  converse compare "$recording" "$plain" "$consul"
  wants_status 0
  tail -1 out
fi

# So that the recording is what it says it is. `real RECORD` writes it anew.
if [[ $slowness -ne 1 ]] || ! "$here/get_consul.sh" >consul.path 2>why; then
  printf 'SKIPPED in part: no Consul 1.8 package to be had\n'
  finish
  exit
fi
source "$here/real_consul_lib.sh"
it "a real Consul answers as it did"
start_agent 'node_name = "conformance"'
plain=127.0.0.1:$consul_port
start_agent "node_name = \"conformance\"
  acl = { enabled = true, default_policy = \"deny\", tokens = { master = \"$master\", agent = \"$master\" } }"
converse "${2:-compare}" "$recording" "$plain" "127.0.0.1:$consul_port"
wants_status 0
tail -1 out
finish
