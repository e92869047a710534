# What the tests of policy redis share, beside serve_lib.sh: Redis servers of their own, on free ports
# and without persistence, and what serve has logged about them.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
# A server that was frozen would not end.
clean_up() {
  kill -CONT "${pids[@]}" 2>/dev/null || true
  stop_all
  rm -rf "$work"
}
readonly zero=00000000-0000-0000-0000-000000000000
# For what is waited out, and is no work: that need not take as long as the slowest build.
readonly slower=$((slowness > 4 ? 4 : slowness))

# start_redis FLAGS...: sets redis_port and redis_pid.
start_redis() {
  redis_port=$(free_port)
  mkdir -p "redis.$redis_port"
  { [[ $# -eq 0 ]] || printf '%s\n' "$@"; } >"redis.$redis_port/flags"
  revive_redis
}

# revive_redis: after kill_redis, an empty one with the same port and flags.
revive_redis() {
  local flags
  mapfile -t flags <"redis.$redis_port/flags"
  redis-server --bind 127.0.0.1 --port "$redis_port" --save "" --appendonly no --dir "$work/redis.$redis_port" \
    "${flags[@]}" >>"redis.$redis_port/log" 2>&1 </dev/null &
  redis_pid=$!
  pids+=("$redis_pid")
  until_true 10 redis PING
}
# kill_redis: without warning. Its number may soon be another's, so it is forgotten.
kill_redis() {
  local one kept=()
  kill -KILL "$redis_pid" 2>/dev/null || true
  wait "$redis_pid" 2>/dev/null || true
  for one in "${pids[@]}"; do
    [[ $one == "$redis_pid" ]] || kept+=("$one")
  done
  pids=("${kept[@]}")
}
freeze_redis() { kill -STOP "$redis_pid"; }
thaw_redis() { kill -CONT "$redis_pid"; }

redis() { redis-cli -p "$redis_port" "$@"; }
# redis_stat SECTION NAME: a number that INFO has; 0 when it is not there.
redis_stat() {
  local found
  found=$(redis INFO "$1" | sed -n "s/^$2[:=]\(calls=\|count=\)\?\([0-9]*\).*/\2/p")
  printf '%s' "${found:-0}"
}

# start_cluster: three masters; sets nodes, their ports, and node_pids. redis_port is the last one.
start_cluster() {
  nodes=()
  node_pids=()
  local one
  for one in 1 2 3; do
    start_redis --cluster-enabled yes --cluster-port "$(free_port)" --cluster-node-timeout 1000
    nodes+=("$redis_port")
    node_pids+=("$redis_pid")
  done
  redis-cli --cluster create "${nodes[@]/#/127.0.0.1:}" --cluster-yes >cluster.out 2>&1
  until_true 20 cluster_is_ok
}
cluster_is_ok() {
  local node
  for node in "${nodes[@]}"; do
    redis-cli -p "$node" CLUSTER INFO | grep -q 'cluster_state:ok' || return 1
  done
}

# start_fake: fake_redis.py before the Redis of redis_port; sets fake_port. Its mode is in the file mode.
start_fake() {
  printf 'pass' >mode
  rm -f fake.port
  python3 "$here/fake_redis.py" "$redis_port" fake.port mode >fake.out 2>&1 </dev/null &
  pids+=("$!")
  until_true 10 test -s fake.port
  fake_port=$(cat fake.port)
}
# set_mode MODE: from the next command on.
set_mode() {
  printf '%s' "$1" >mode.new
  mv mode.new mode
}

# start_of PERIOD-SECONDS: of the current window, as keys have it.
start_of() { printf '%d000' $(($(date +%s) / $1 * $1)); }
# clear_of SECONDS PERIOD-SECONDS: waits unless the current window has that much left.
clear_of() {
  while (($2 - $(date +%s) % $2 < $1 * slower)); do sleep 0.2; done
}

# lives: the keys that live for ever, for longer than Kong lets them, or not to their window's end.
# Redis looks at all of them in one step; its clock may lag behind a little in there.
lives() {
  # shellcheck disable=SC2016
  redis EVAL '
    local longest = {second = 1, minute = 60, hour = 3600, day = 86400, month = 31 * 86400, year = 366 * 86400}
    local wrong = {}
    for _, key in ipairs(redis.call("KEYS", "*")) do
      local time, left = redis.call("TIME"), redis.call("PTTL", key)
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      local start, period = key:match(":(%d+):(%a+)$")
      local window = (longest[period] or 0) * 1000
      local rest = (period == "month" or period == "year") and 0 or (start or 0) + window - now
      if left < 0 or left > window or left < rest - 50 then
        wrong[#wrong + 1] = key .. " lives " .. left .. " ms, of " .. rest .. " at least"
      end
    end
    return wrong' 0 </dev/null
}

# start_gateway CONFIG FLAGS...: start_serve, with an Admin API; all that it logs is looked at.
start_gateway() {
  start_serve "$1" --admin-listen 127.0.0.1:0 "${@:2}"
  marked=0
}

# mark: what serve logs from now on is what the wants_*event* look at.
marked=0
mark() { marked=$(wc -l <serve.err); }
logged() { tail -n "+$((marked + 1))" serve.err; }
events() { logged | grep -cE "event=$1( |\$)" || true; }
has_event() { logged | grep -qE "event=$1( |\$)"; }
# wants_event PATTERN [FIELDS]: one line, sooner or later.
wants_event() {
  wants "event=$1 in the log: $(logged | tail -5)" until_true 3 has_event "$1( .*)?${2:+ $2}"
  wants_each_once
}
# wants_each_once: no cause is told again and again.
wants_each_once() {
  local twice
  twice=$(logged | grep -oE 'event=redis_[a-z_]+' | sort | uniq -dc)
  wants "each event once, but: $twice in: $(logged | head -c 1000)" test -z "$twice"
}
wants_no_event() { wants "no event=$1 in the log: $(logged | tail -5)" test "$(events "$1")" -eq 0; }
