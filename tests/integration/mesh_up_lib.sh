# What the tests of `gatewayctl mesh` share, beside serve_lib.sh: starting a mesh, and looking at it.
declare -F start_serve >/dev/null || source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
# Whoever runs the tests may have a Consul of their own.
for name in ${!CONSUL_@}; do unset "$name"; done

# free_network: of loopback, which nobody listens on; tests run side by side.
free_network() {
  python3 - <<'PYTHON'
import random, socket
while True:
    network = f"127.{random.randrange(100, 250)}.{random.randrange(256)}"
    try:
        for host, port in ((1, 9090), (2, 20000), (3, 20000), (4, 20000), (3, 9090), (4, 9090)):
            with socket.socket() as one:
                one.bind((f"{network}.{host}", port))
    except OSError:
        continue
    print(f"{network}.0")
    break
PYTHON
}

# start_mesh FLAGS...: sets mesh_pid, network (its first three numbers), consul (host:port) and
# CONSUL_HTTP_ADDR; its words are in mesh.out and mesh.err, what it says of itself in mesh.json.
start_mesh() {
  local given=()
  rm -f mesh.json
  # Without a file it is the tutorial's mesh, on a network of its own.
  if [[ " $* " != *" -f "* && " $* " != *" --network "* ]]; then given=(--network "$(free_network)"); fi
  [[ " $* " == *" --consul-listen "* ]] || given+=(--consul-listen 127.0.0.1:0)
  "$GATEWAYCTL" mesh up --ready-file mesh.json "${given[@]}" "$@" \
    >mesh.out 2>mesh.err </dev/null &
  mesh_pid=$!
  pids+=("$mesh_pid")
  if ! until_true 20 test -s mesh.json -a -s mesh.out; then
    printf 'the mesh did not come up:\n'
    cat mesh.out mesh.err
    exit 1
  fi
  consul=$(jq -r .consul mesh.json)
  network=$(jq -r '[.services[] | .sidecar // empty][0] | sub("\\.[0-9]+:.*"; "")' mesh.json)
  export CONSUL_HTTP_ADDR=$consul
}
# stop_mesh [SIGNAL]: status is the program's.
stop_mesh() {
  command=(kill "-${1:-TERM}" "$mesh_pid")
  status=0
  kill "-${1:-TERM}" "$mesh_pid" || true
  wait "$mesh_pid" || status=$?
  cp mesh.out out
  cp mesh.err err
}

mesh() { gatewayctl mesh "$@"; }
ask() { curl -sS --max-time $((20 * slowness)) "${@:2}" "http://$consul/v1/$1"; }
control() { curl -sSf --max-time 20 -X PUT -H 'X-Gatewayctl: mesh' "http://$consul/v1/gatewayctl/fault/$1"; }
serial() { openssl x509 -in "$1" -noout -serial 2>/dev/null; }
wants_no_report() {
  wants "no sanitizer's report, and no crash" test -z "$(grep -aE 'Sanitizer|runtime error:|terminate called' "$@" || true)"
}
