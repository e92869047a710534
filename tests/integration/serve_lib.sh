# What the tests of `serve` share, beside lib.sh: starting and stopping the program and its peers.
# Every server takes a free port; every process started here is ended when the script ends.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$SOURCE/tests/integration
pids=()
clean_up() {
  stop_all
  rm -rf "$work"
}

stop_all() {
  local one
  for one in "${pids[@]}"; do
    kill "$one" 2>/dev/null || true
  done
  for one in "${pids[@]}"; do
    wait "$one" 2>/dev/null || true
  done
}

# until_true SECONDS COMMAND...: tries again until it succeeds. What runs here may stand still for
# seconds, through no fault of its own.
readonly stall=10
until_true() {
  local deadline=$((SECONDS + $1 * slowness + stall))
  until "${@:2}" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# free_port: on loopback, each once a test. Below those that the kernel takes for whoever connects: one of
# them may be gone before it is listened on.
free_port() {
  python3 - "$work/ports.given" <<'PYTHON'
import random, socket, sys

given = open(sys.argv[1], "a+")
given.seek(0)
taken = set(given.read().split())
while True:
    port = random.randrange(21000, 32000)
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            continue
    if str(port) not in taken:
        break
print(port, file=given)
print(port)
PYTHON
}

# start_serve CONFIG FLAGS...: sets pid, port (of the first listener), ports, admin; its words are in
# serve.out and serve.err.
start_serve() {
  rm -f ready.json
  "$GATEWAYCTL" serve -c "$1" --proxy-listen 127.0.0.1:0 --ready-file ready.json \
    --access-log access.log "${@:2}" >serve.out 2>serve.err </dev/null &
  pid=$!
  pids+=("$pid")
  if ! until_true 20 test -s ready.json; then
    printf 'serve did not come up:\n'
    cat serve.err
    exit 1
  fi
  mapfile -t ports <<<"$(jq -r '.proxy[] | [scan("[0-9]+")] | last' ready.json)"
  port=${ports[0]}
  admin=$(jq -r '.admin // empty' ready.json)
}

# stop_serve: SIGTERM; status is the program's.
stop_serve() {
  command=(kill -TERM "$pid")
  status=0
  kill -TERM "$pid"
  wait "$pid" || status=$?
}

# start_peer: an upstream of our own (serve_peer.py); sets peer and peer_pid.
start_peer() {
  rm -f peer.port
  python3 "$here/serve_peer.py" peer.port >peer.out 2>&1 </dev/null &
  peer_pid=$!
  pids+=("$peer_pid")
  until_true 10 test -s peer.port
  peer=$(cat peer.port)
}

# start_nginx FILE PORT: FILE holds the http block's content.
start_nginx() {
  mkdir -p "nginx.$2"
  {
    printf 'daemon off; master_process off; error_log stderr error; pid %s/nginx.%s/pid;\n' "$work" "$2"
    printf 'events { worker_connections 512; }\nhttp {\n  access_log off;\n'
    for kind in client_body proxy fastcgi uwsgi scgi; do
      printf '  %s_temp_path %s/nginx.%s/%s;\n' "$kind" "$work" "$2" "$kind"
    done
    cat "$1"
    printf '}\n'
  } >"nginx.$2/conf"
  nginx -p "$work/nginx.$2" -e stderr -c "$work/nginx.$2/conf" >>"nginx.$2/log" 2>&1 </dev/null &
  nginx_pid=$!
  pids+=("$nginx_pid")
  until_true 10 accepts "$2"
}

accepts() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# fetch PATH FLAGS...: out is the body, head the response's head, code its status.
fetch() {
  : >head
  run curl -sS --max-time $((20 * slowness)) -D head "${@:2}" "http://127.0.0.1:$port$1"
  code=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' head | tail -1)
}
wants_code() { wants "wanted HTTP $1, got ${code:-nothing}" test "${code:-}" = "$1"; }
wants_head() { wants "wanted in the head: $1" grep -qiE "^$1"$'\r?$' head; }
wants_no_head() { wants "wanted no $1 in the head" test -z "$(grep -iE "^$1:" head || true)"; }

# Without /proc nothing can be said: then 0, which every bound allows.
resident_kb() {
  local kb
  kb=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null || true)
  printf '%s' "${kb:-0}"
}

# authority NAME, and leaf NAME SUBJECT-ALT-NAME AUTHORITY: NAME.crt and NAME.key
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
    -keyout "$1.key" -out "$1.crt" 2>/dev/null
}
leaf() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" \
    -out "$1.csr" 2>/dev/null
  printf 'subjectAltName=%s\n' "$2" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$3.crt" -CAkey "$3.key" -CAcreateserial -days 2 \
    -extfile "$1.ext" -out "$1.crt" 2>/dev/null
}
# indented FILE: for a block of YAML.
indented() { sed 's/^/    /' "$1"; }
