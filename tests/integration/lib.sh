# What the integration tests share. Each sources this file, calls `it`, `run` and the `wants_*`, and
# ends with `finish`. GATEWAYCTL is the program under test, SOURCE the project's folder.
set -euo pipefail
: "${GATEWAYCTL:?}" "${SOURCE:?}"
work=$(mktemp -d)
# What goes with the script, and a word when it ends before its end: `set -e` says none.
clean_up() { rm -rf "$work"; }
at_exit() {
  local was=$1 last=$2
  [[ $was -eq 0 || $was -eq 77 || -n $finished ]] || printf 'ENDED with status %s by: %s\n  after: %s\n' "$was" "$last" "$sentence"
  clean_up
}
trap 'at_exit "$?" "$BASH_COMMAND"' EXIT
cd "$work"
finished=""
failures=0
checks=0
sentence=""
status=0
command=()
# Sanitized builds are slower; nobody times them.
slowness=${GW_SLOWNESS:-1}

it() { sentence=$1; }

fail() {
  failures=$((failures + 1))
  printf 'FAILED: %s\n  %s\n  command: %s\n  status: %s\n' "$sentence" "$1" "${command[*]@Q}" "$status"
  printf '  stdout: %s\n  stderr: %s\n' "$(head -c 2000 out)" "$(head -c 2000 err)"
}

# Runs a command; its status, output and errors are what the wants_* look at.
run() {
  command=("$@")
  status=0
  "$@" >out 2>err || status=$?
}

gatewayctl() { run "$GATEWAYCTL" "$@"; }

wants() { # wants WHY CONDITION...
  checks=$((checks + 1))
  "${@:2}" || fail "$1"
}
wants_status() { wants "wanted status $1" test "$status" -eq "$1"; }
wants_out() { wants "wanted in stdout: $1" grep -qF -- "$1" out; }
wants_err() { wants "wanted in stderr: $1" grep -qF -- "$1" err; }
wants_silence() { wants "wanted nothing in $1" test ! -s "$1"; }
wants_json() { # wants_json FILTER [FILE]
  checks=$((checks + 1))
  jq -e "$1" "${2:-out}" >/dev/null 2>jq.err || fail "wanted JSON with $1 $(cat jq.err)"
}

finish() {
  finished=yes
  printf '%d checks, %d failed\n' "$checks" "$failures"
  [[ $checks -gt 0 && $failures -eq 0 ]]
}
