# What the tests of serve as a member of a mesh share, beside consul_lib.sh: sidecars of services,
# load, and what serve has logged. The agent is fake_consul.py, the sidecars are mesh_sidecar.py.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
readonly kong_id=11111111-1111-4111-8111-111111111111 roots_id=22222222-2222-4222-8222-222222222222
declare -A sidecar=() control=()

# start_sidecar NAME SERVICE FLAGS...: sets sidecar[NAME], its port; whom it denies is in denied.NAME.
start_sidecar() {
  python3 "$here/mesh_sidecar.py" "sidecar.$1" --consul "$consul_port" --service "$2" --denied "denied.$1" \
    "${@:3}" >"sidecar.$1.out" 2>&1 </dev/null &
  pids+=("$!")
  if ! until_true 10 test -s "sidecar.$1"; then
    printf 'the sidecar %s did not come up: %s\n' "$1" "$(cat "sidecar.$1.out")"
    exit 1
  fi
  sidecar[$1]=$(cat "sidecar.$1")
  control[$1]=$(cat "sidecar.$1.control")
}
# refresh_sidecar NAME: it shows a new leaf from now on.
refresh_sidecar() { curl -sSf --max-time 40 -X PUT "http://127.0.0.1:${control[$1]}/refresh" >/dev/null; }
# handshakes NAME FILTER: of those that a sidecar has seen.
handshakes() { curl -sSf --max-time 40 "http://127.0.0.1:${control[$1]}/seen" | jq -r "$2"; }
# asked NAME: how many requests have come to the service behind a sidecar.
asked() { curl -sSf --max-time 40 "http://127.0.0.1:${control[$1]}/asked"; }

# the_trust_domain: <uuid>.consul
the_trust_domain() {
  curl -sSf --max-time 40 "http://127.0.0.1:$consul_port/v1/connect/ca/roots" | jq -r .TrustDomain
}

# The certificate of the gateway itself, as an entry of a config.
kong_certificate() {
  printf 'certificates:\n- {id: %s, cert: "{vault://consul/leaf/kong/cert}", key: "{vault://consul/leaf/kong/key}"}\n' \
    "$kong_id"
}
# mesh_service NAME PORT FIELDS: a service on its own route, /NAME, and host, NAME.mesh.test.
mesh_service() {
  printf -- '- {name: %s, url: "https://%s.mesh.test:%s", %s,\n   routes: [{name: %s, paths: [/%s]}]}\n' \
    "$1" "$1" "$2" "$3" "$1" "$1"
  printf '127.0.0.1 %s.mesh.test\n' "$1" >>hosts
}
# is SERVICE: the fields of a mesh_service that is to be that one, asked by kong.
is() {
  printf 'client_certificate: %s, tls_sans: {uris: ["spiffe:///ns/default/dc/dc1/svc/%s"]}' "$kong_id" "$1"
}

# answers PATH STATUS
answers() {
  test "$(curl -sS --max-time $((5 * slowness + stall)) -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port$1")" = "$2"
}
# serial_at NAME: what the gateway shows to a new connection of the service on /NAME; empty: nothing.
serial_at() {
  curl -sSf --max-time $((10 * slowness)) "http://127.0.0.1:$port/$1/serial?last=1" | jq -r .serial || true
}
has_new_serial() {
  local now
  now=$(serial_at "$1")
  [[ -n $now && $now != "$2" ]]
}

# ready: out is what the Admin API says, code the status.
ready() {
  run curl -sS --max-time $((20 * slowness)) -w '\n%{http_code}\n' "http://$admin/status/ready"
  code=$(tail -1 out)
}
is_ready() { test "$(curl -sS --max-time $((5 * slowness + stall)) -o /dev/null -w '%{http_code}' "http://$admin/status/ready")" = "$1"; }

# start_load PATH CONNECTIONS [PATH CONNECTIONS]...: clients that ask without pause.
loads=()
start_load() {
  local n=0
  rm -f stop load.*.json
  loads=()
  while (($# > 0)); do
    n=$((n + 1))
    python3 "$here/serve_load.py" "$port" "$1" "$2" stop >"load.$n.json" 2>"load.$n.err" </dev/null &
    loads+=("$!")
    pids+=("$!")
    shift 2
  done
}
# end_load: not one of their requests has failed.
end_load() {
  local one
  touch stop
  for one in "${loads[@]}"; do wait "$one" || true; done
  command=(serve_load.py)
  jq -s . load.*.json >out
  cat load.*.err >err
  wants_json 'all(.[]; .failed == 0 and .requests > 10)'
  jq -r '"\(map(.requests) | add) requests under load, \(map(.failed) | add) failed"' out
}

# mark: what serve logs from now on is what the wants_*event* look at.
mark() { marked=$(wc -l <serve.err); }
logged() { tail -n "+$((marked + 1))" serve.err; }
# wants_each_once: nothing is said of a certificate twice.
wants_each_once() {
  local twice
  twice=$(logged | grep -E 'event=certificate_renewed' | sed 's/^time=[^ ]* //' | sort | uniq -d)
  wants "each renewal once, but: $twice in: $(logged | head -c 2000)" test -z "$twice"
}
