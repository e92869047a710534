#!/usr/bin/env bash
# Exit statuses, help, colour and output that cannot be written.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

it "asks for a command when there is none"
gatewayctl
wants_status 2
wants_err "a command is missing"
wants_silence out

it "names the nearest command"
gatewayctl vaildate x
wants_status 2
wants_err "did you mean validate?"

it "a wrong option is status 2 before any file is looked at"
gatewayctl validate --strct /nowhere.yml
wants_status 2
wants_err "did you mean --strict?"
gatewayctl validate --ignore GW0000 /nowhere.yml
wants_status 2
gatewayctl validate --set novalue /nowhere.yml
wants_status 2
gatewayctl validate --patch nonsense /nowhere.yml
wants_status 2
gatewayctl replay
wants_status 2
gatewayctl replay --send 'GET /'
wants_status 2
wants_err "-c"

it "the version and the help of every command are results"
gatewayctl --version
wants_status 0
wants_out "gatewayctl "
wants_silence err
for name in "" validate replay serve config "config schema" "config convert" completion man; do
  read -ra words <<<"$name"
  gatewayctl "${words[@]}" --help
  wants_status 0
  wants_out "Usage: gatewayctl${name:+ $name}"
  wants_out "Examples:"
  wants_silence err
done

it "colours when told to, and not in a pipe"
printf 'services: 3\n' >bad.yml
gatewayctl validate bad.yml
wants_status 1
wants "no escape sequence" test -z "$(grep $'\x1b' err || true)"
gatewayctl validate --color always bad.yml
wants "an escape sequence" grep -q $'\x1b' err

it "output that cannot be written is status 3"
if [[ -w /dev/full ]]; then
  command=(--help to /dev/full)
  status=0
  "$GATEWAYCTL" --help >/dev/full 2>err || status=$?
  wants_status 3
  wants_err "cannot write"
fi

it "a reader that goes away is no crash"
status=0
{ "$GATEWAYCTL" man gatewayctl-validate 2>err || echo "$?" >code; } | true
wants "an orderly end" test "$(cat code 2>/dev/null || echo 0)" -le 3

finish
