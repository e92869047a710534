# A real Consul 1.8 for tests, beside consul_lib.sh: it is skipped where there is none to be had.
if ! consul=$("$here/get_consul.sh" 2>why); then
  printf 'SKIPPED: no Consul 1.8 package to be had\n'
  cat why
  exit 77
fi

# start_agent [HCL]: a dev agent, new unless its ports are kept; sets consul_port and consul_pid.
start_agent() {
  local kind
  consul_port=$(free_port)
  agent=(-dev -log-level warn -bind 127.0.0.1 -client 127.0.0.1
    -hcl 'disable_update_check = true' -hcl 'disable_anonymous_signature = true' -hcl 'leave_on_terminate = false')
  agent+=(-http-port "$consul_port")
  for kind in dns grpc serf-lan serf-wan server; do
    agent+=("-$kind-port" "$(free_port)")
  done
  [[ $# -eq 0 ]] || agent+=(-hcl "$1")
  revive_agent
  export CONSUL_HTTP_ADDR=127.0.0.1:$consul_port
}
api() { curl -sS --max-time 20 "${token[@]}" "${@:2}" "http://127.0.0.1:$consul_port/v1/$1"; }
token=()
is_up() { api agent/connect/ca/roots | jq -e '.Roots | length > 0'; }
revive_agent() {
  "$consul" agent "${agent[@]}" >>"agent.$consul_port.log" 2>&1 </dev/null &
  consul_pid=$!
  pids+=("$consul_pid")
  if ! until_true 40 is_up; then
    printf 'Consul did not come up:\n'
    tail "agent.$consul_port.log"
    exit 1
  fi
}
# rotate: a new private key makes a new root.
rotate() {
  openssl ecparam -name prime256v1 -genkey -noout -out new.key 2>/dev/null
  api connect/ca/configuration | jq --rawfile key new.key '.Config.PrivateKey = $key | .Config.RootCert = ""' >ca.json
  api connect/ca/configuration -X PUT --data-binary @ca.json -f
}
