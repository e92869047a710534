# What the tests of `certs fetch` share, beside serve_lib.sh: a stand-in for Consul (fake_consul.py), and
# what is wanted of the files.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
# Whoever runs the tests may have a Consul of their own.
for name in ${!CONSUL_@}; do unset "$name"; done
# A leaf that lives for seconds: how long, and when the agent renews it. In between is more time than
# a machine stands still, so that none expires in the hands of one who takes the new one at once.
readonly life=$((slowness > 1 ? 30 : 16)) renew=$((slowness > 1 ? 6 : 3))
# For what is waited out, and is no work: that need not take as long as the slowest build.
readonly slower=$((slowness > 4 ? 4 : slowness))
consul_curl=()
consul_scheme=http

# start_consul FLAGS...: sets consul_port and consul_pid. consul_curl and consul_scheme say how its
# controls are reached.
start_consul() {
  consul_port=$(free_port)
  { [[ $# -eq 0 ]] || printf '%s\n' "$@"; } >"consul.$consul_port.flags"
  revive_consul
  export CONSUL_HTTP_ADDR=127.0.0.1:$consul_port
}
# revive_consul: after kill_consul, with the same port and flags.
revive_consul() {
  local flags
  mapfile -t flags <"consul.$consul_port.flags"
  rm -f consul.port
  python3 "$here/fake_consul.py" consul.port --port "$consul_port" "${flags[@]}" >>consul.log 2>&1 </dev/null &
  consul_pid=$!
  pids+=("$consul_pid")
  if ! until_true 20 test -s consul.port; then
    printf 'the stand-in did not come up:\n'
    cat consul.log
    exit 1
  fi
}
# forget PID: its number may soon be another's.
forget() {
  local one kept=()
  for one in "${pids[@]}"; do
    [[ $one == "$1" ]] || kept+=("$one")
  done
  pids=("${kept[@]}")
}
# kill_consul: without warning.
kill_consul() {
  kill -KILL "$consul_pid" 2>/dev/null || true
  wait "$consul_pid" 2>/dev/null || true
  forget "$consul_pid"
}
consul_url() { printf '%s://127.0.0.1:%s%s' "$consul_scheme" "$consul_port" "$1"; }
# consul_do PATH: as consul_do rotate, or consul_do 'ttl?seconds=6'.
consul_do() { curl -sSf --max-time 40 "${consul_curl[@]}" -X PUT "$(consul_url "/fake/$1")"; }
consul_get() { curl -sSf --max-time 40 "${consul_curl[@]}" "$(consul_url "/fake/$1")"; }
consul_mode() { consul_do "mode?name=$1"; }
# requests FILTER: how many there were since the last time, of those for which jq's FILTER holds.
requests() { consul_get log | jq "[.[] | select($1)] | length"; }

# certs FLAGS...: a fetch that ends; what hangs is ended, with status 124.
certs() { run timeout -k 5 $((60 * slowness)) "$GATEWAYCTL" certs fetch "$@"; }

# it_fetches_as_any_consul_lets_it: real or played; the files are in d.
it_fetches_as_any_consul_lets_it() {
  it "fetches, for several services, and again"
  certs --service web --service kong --out d
  wants_status 0
  wants_files d/web web
  wants_files d/kong kong
  kept d
  certs --service web --service kong --out d
  wants_status 0
  wants_kept d
  wants_out unchanged

  it "what it refuses is worded as Consul words it"
  certs --service web --out no --datacenter nowhere
  wants_status 3
  wants_err 'No path to datacenter'
  certs --service web --out no --namespace team
  wants_status 3
  wants_err Enterprise
  wants "nothing written" test ! -e no/cert.pem
}

# start_watch FLAGS...: sets watch_pid; its words are in watch.out and watch.err.
start_watch() {
  "$GATEWAYCTL" certs fetch --watch "$@" >watch.out 2>watch.err </dev/null &
  watch_pid=$!
  pids+=("$watch_pid")
  marked=0
}
# stop_watch [SIGNAL]: status is the program's, elapsed how many milliseconds it took.
stop_watch() {
  local began
  began=$(date +%s%3N)
  command=(kill "-${1:-TERM}" "$watch_pid")
  status=0
  kill "-${1:-TERM}" "$watch_pid" || true
  wait "$watch_pid" || status=$?
  elapsed=$(($(date +%s%3N) - began))
  forget "$watch_pid"
}
watches() { kill -0 "$watch_pid" 2>/dev/null; }

# mark: what is logged from now on is what the wants_*event* look at.
marked=0
mark() { marked=$(wc -l <watch.err); }
logged() { tail -n "+$((marked + 1))" watch.err; }
has_event() { logged | grep -qE "event=$1( |\$)"; }
events() { logged | grep -cE "event=$1( |\$)" || true; }
# wants_event PATTERN [SECONDS]: sooner or later.
wants_event() {
  wants "event=$1 in the log: $(logged | tail -5)" until_true "${2:-5}" has_event "$1"
}
wants_no_event() { wants "no event=$1 in the log: $(logged | tail -5)" test "$(events "$1")" -eq 0; }

serial() { openssl x509 -in "$1" -noout -serial 2>/dev/null; }
roots_in() { grep -c 'BEGIN CERTIFICATE' "$1" || true; }
public_of() { openssl pkey -in "$1" -pubout 2>/dev/null; }
# is_good FOLDER SERVICE: the three files belong together, verify, and are of the service.
is_good() {
  [[ "$(openssl x509 -in "$1/cert.pem" -noout -pubkey)" == "$(public_of "$1/cert.key")" ]] &&
    openssl verify -x509_strict -CAfile "$1/ca.crt" -untrusted "$1/cert.pem" "$1/cert.pem" >verify.out 2>&1 &&
    openssl x509 -in "$1/cert.pem" -noout -checkend 0 >/dev/null &&
    openssl x509 -in "$1/cert.pem" -noout -ext subjectAltName | grep -qE "URI:spiffe://[^/]*/ns/default/dc/dc1/svc/$2\$"
}
# is_kept_privately FOLDER: as Kubernetes lays out what is switched in one step.
is_kept_privately() {
  [[ "$(readlink "$1/cert.pem")" == ..pair/cert.pem && "$(readlink "$1/cert.key")" == ..pair/cert.key &&
    "$(readlink "$1/..pair")" == ..pair.* && ! -L $1/ca.crt &&
    "$(stat -c %a "$1/ca.crt")" == 644 && "$(stat -Lc %a "$1/cert.key")" == 600 &&
    "$(find "$1" -mindepth 1 -maxdepth 1 | wc -l)" == 5 ]]
}
# wants_files FOLDER SERVICE: one more pair may come while they are read, and the one before goes a moment after.
wants_files() {
  wants "good files of $2 in $1: $(cat verify.out 2>/dev/null)" until_true 5 is_good "$1" "$2"
  wants "ca.crt, links, and one folder in $1: $(ls -lA "$1" "$1/..pair/" 2>&1)" until_true 5 is_kept_privately "$1"
}
# has_roots FOLDER COUNT SERVICE: ca.crt has as many, and all is good.
has_roots() { [[ "$(roots_in "$1/ca.crt")" -eq $2 ]] && is_good "$1" "$3"; }
# has_another FOLDER SERIAL: than that one.
has_another() { [[ "$(serial "$1/cert.pem")" != "$2" ]] && is_good "$1" web; }
# asked SECONDS: requests that came in that time; of a longer one, as when all stands still, its share.
asked() {
  local began
  consul_get log >log
  began=$(date +%s%3N)
  sleep "$1"
  consul_get log >log
  jq --argjson took $(($(date +%s%3N) - began)) "length * $1 * 1000 / \$took | ceil" log
}
# seen FOLDER: everything about what is in there, but when it was read.
seen() {
  find "$1" -printf '%P %y %m %i %T@ %l\n' | sort
  find "$1" -type f -exec sha256sum {} + | sort
}
# kept FOLDER, and wants_kept FOLDER: nothing in there is touched in between.
kept() { seen "$1" >"kept.$(basename "$1")"; }
wants_kept() {
  seen "$1" >now
  wants "nothing touched in $1: $(diff "kept.$(basename "$1")" now | head -20)" cmp -s "kept.$(basename "$1")" now
}
wants_no_report() {
  wants "no sanitizer's report, and no crash" test -z "$(grep -aE 'Sanitizer|runtime error:|terminate called' "${1:-err}" || true)"
  wants "no crash: status $status" test "$status" -lt 128 -a "$status" -ne 124
}

# start_looking FOLDERS..., and wants_nothing_seen: certs_look.py meanwhile.
start_looking() {
  rm -f looked.ready
  python3 "$here/certs_look.py" looked.ready "$@" >looked 2>&1 </dev/null &
  look_pid=$!
  pids+=("$look_pid")
  until_true 20 test -e looked.ready
}
wants_nothing_seen() {
  kill -TERM "$look_pid" || true
  wait "$look_pid" || true
  forget "$look_pid"
  wants "somebody looked: $(tail -1 looked)" grep -qE '^looked [0-9]{2,} times' looked
  wants "nothing seen in between: $(head -c 1000 looked)" test "$(wc -l <looked)" -eq 1
}
