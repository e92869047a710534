# What the tests of a failing Redis share, beside redis_lib.sh: a config, and what wants to be seen of an
# outage and of its end.
source "$(dirname "${BASH_SOURCE[0]}")/redis_lib.sh"
# Milliseconds.
readonly brief=$((250 * slower)) patient=$((1000 * slower))

# What each of the routes does when Redis fails: /closed refuses and /open does not, /patient waits for it
# longer, and /free has nothing to do with it.
# route NAME PORT FAULT-TOLERANT TIMEOUT
route() {
  cat <<Y
  - name: $1
    paths: [/$1]
    plugins:
    - {name: rate-limiting, config: {day: 100000, limit_by: header, header_name: x-who, fault_tolerant: $3,
        policy: redis, redis: {host: 127.0.0.1, port: $2, timeout: $4}}}
Y
}
write_config() { # write_config PORT
  cat >kong.yml <<Y
_format_version: "3.0"
services:
- name: echo
  url: http://127.0.0.1:$peer
  routes:
  - {name: free, paths: [/free]}
$(route closed "$1" false "$brief")
$(route open "$1" true "$brief")
$(route patient "$1" false "$patient")
Y
}
serve_with() { # serve_with PORT: as write_config; waits for nothing
  write_config "$1"
  start_gateway kong.yml --workers 2
}

milliseconds() { date +%s%3N; }
# took COMMAND...: sets elapsed, in milliseconds.
took() {
  local began
  began=$(milliseconds)
  "$@"
  elapsed=$(($(milliseconds) - began))
}
# at_best MILLISECONDS COMMAND...: as took, again while it takes longer: whether there is something to wait
# for shows each time, a machine that stands still does not.
at_best() {
  local tries=5
  took "${@:2}"
  while ((elapsed > $1 && --tries > 0)); do took "${@:2}"; done
}
# often PATH COUNT: on one connection; codes is what came, in short.
often() {
  codes=$(curl -s -o /dev/null -w '%{http_code}\n' --max-time $((30 * slowness)) "http://127.0.0.1:$port$1?[1-$2]" |
    sort | uniq -c | tr -s ' \n' ' ')
}
# at_once PATH COUNT CONNECTIONS: the same, on many: every worker is asked.
at_once() {
  codes=$(curl -s --parallel --parallel-immediate --parallel-max "$3" -o /dev/null -w '%{http_code}\n' \
    --max-time $((30 * slowness)) "http://127.0.0.1:$port$1?[1-$2]" 2>/dev/null | sort | uniq -c | tr -s ' \n' ' ')
}

wants_refused() {
  fetch /closed
  wants_code 500
  wants_json '.message == "An unexpected error occurred"'
  wants_no_head '.*RateLimit.*'
}
wants_let_through() {
  fetch /open
  wants_code 200
  wants_no_head '.*RateLimit.*'
}
wants_free() {
  at_best $((500 * slowness)) fetch /free
  wants_code 200
  wants "at once, not after $elapsed ms" test "$elapsed" -le $((500 * slowness))
}
counts() {
  fetch /closed
  [[ $code == 200 ]]
}
all_count() {
  at_once /closed 16 16
  [[ $codes == " 16 200 " ]]
}
# is_ready, and is_not_ready: what a load balancer is told.
is_ready() { curl -sf --max-time 5 -o ready.out "http://$admin/status/ready"; }
is_not_ready() { ! is_ready; }
# wants_outage EVENT: nobody is limited by what Redis said or did not say; the log has it once.
wants_outage() {
  wants_refused
  wants_let_through
  wants_free
  often /closed 10
  wants "all refused: $codes" test "$codes" = " 10 500 "
  wants_event "$1"
}
# wants_recovery: without help, and soon.
wants_recovery() {
  wants "counted again, by all workers" until_true 4 all_count
  wants_event redis_recovered 'undecided=[1-9][0-9]*'
}
