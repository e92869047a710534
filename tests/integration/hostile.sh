#!/usr/bin/env bash
# Input that wants to crash, hang or fill the machine: refused at once, with a place and a code.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail
seconds=$((2 * slowness))

# refused FILE CODE: status 1 within the time, and this finding first.
refused() {
  run timeout -k 1 "$seconds" "$GATEWAYCTL" validate --format json "$1"
  wants_status 1
  wants_json '.errors >= 1'
  wants_json "[.diagnostics[] | select(.severity == \"error\")][0].code == \"$2\""
  wants_silence err
}
at_line() { wants_json "[.diagnostics[] | select(.severity == \"error\")][0].line == $1"; }

repeat() { head -c "$2" /dev/zero | tr '\0' "$1"; }

it "a billion laughs"
{
  echo 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
  for i in 1 2 3 4 5 6 7 8 9 10; do
    p=$((i - 1))
    echo "a$i: &a$i [*a$p, *a$p, *a$p, *a$p, *a$p, *a$p, *a$p, *a$p, *a$p, *a$p]"
  done
} >laughs.yml
refused laughs.yml GW1007

it "an alias of what holds it"
printf '_format_version: "3.0"\nservices: &s\n- *s\n' >cycle.yml
refused cycle.yml GW1008
at_line 3

it "200,000 levels of nesting, however they are written"
repeat '[' 200000 >flow.yml
refused flow.yml GW1006
at_line 1
repeat '{' 200000 >braces.yml
refused braces.yml GW1006
{ repeat '[' 200000; repeat ']' 200000; } >deep.json
refused deep.json GW1006
at_line 1
{ for _ in {1..20}; do repeat '{' 1; printf '"a":'; done; repeat '[' 200000; } >mixed.json
refused mixed.json GW1006
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "- "; print "x" }' >sequence.yml
refused sequence.yml GW1006
at_line 1
awk 'BEGIN { for (i = 0; i < 1500; i++) printf "%*sa:\n", i, "" }' >indented.yml
refused indented.yml GW1006
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "? "; print "x" }' >keys.yml
refused keys.yml GW1010

it "NUL and other controls"
printf '_format_version: "3.0"\nservices:\n- name: a\0b\n' >nul.yml
refused nul.yml GW1003
at_line 3
printf '_format_version: "3.0"\nservices:\n- name: "a\033[31mb"\n' >escape.yml
refused escape.yml GW1003
at_line 3

it "text that is not UTF-8, and binary files"
printf '_format_version: "3.0"\nservices:\n- name: "\377"\n' >latin.yml
refused latin.yml GW1002
at_line 3
head -c 300000 "$GATEWAYCTL" >binary.yml
refused binary.yml GW1003
head -c 300000 "$GATEWAYCTL" >binary.json
refused binary.json GW1003

it "a file of 100 MB"
repeat 'a' 104857600 >large.yml
refused large.yml GW1001
repeat ' ' 104857600 >spaces.json
refused spaces.json GW1001

it "an endless pipe"
command=(validate - from yes)
status=0
yes 'a: b' | timeout -k 1 $((4 * slowness)) "$GATEWAYCTL" validate - >out 2>err || status=$?
wants_status 1

it "long lines, long scalars and many errors are bounded in what they print"
{
  echo '_format_version: "3.0"'
  echo services:
  for i in {1..5000}; do echo "- {name: s$i, host: h, prot: $i}"; done
} >many.yml
run timeout -k 1 $((5 * slowness)) "$GATEWAYCTL" validate many.yml
wants_status 1
wants "less than 2 MB of findings" test "$(stat -c %s err)" -lt 2000000
{ printf '_format_version: "3.0"\nservices:\n- name: '; repeat 'x' 5000000; echo; } >long.yml
run timeout -k 1 $((5 * slowness)) "$GATEWAYCTL" validate long.yml
wants "less than 100 KB of findings" test "$(stat -c %s err)" -lt 100000

it "findings cannot forge lines or terminal commands"
printf '_format_version: "3.0"\nservices:\n- "na\\nme\\e[31m": "x\\r\\n::error::forged"\n' >forge.yml
gatewayctl validate --color never forge.yml
wants_status 1
wants "no escape sequence" test -z "$(grep $'\x1b' err || true)"
gatewayctl validate --format github forge.yml
wants "no forged line" test -z "$(grep '^::error::forged' out || true)"
gatewayctl validate --format junit forge.yml
cp out forge.xml
run xmllint --noout forge.xml
wants_status 0

it "a scenario file is read by the same reader"
cp flow.yml flow.scenario.yml
refused flow.scenario.yml GW1006
cp laughs.yml laughs.scenario.yml
refused laughs.scenario.yml GW1007
run timeout -k 1 "$seconds" "$GATEWAYCTL" replay laughs.scenario.yml
wants "an orderly end" test "$status" -eq 1 -o "$status" -eq 3

it "regular expressions that backtrack for ever"
cat >evil.scenario.yml <<'Y'
scenario: evil
config:
  _format_version: "2.1"
  services:
  - {name: s, url: "http://example.com", routes: [{name: r, paths: ["/(a+)+$"]}]}
steps:
- send: GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab
  expect: {status: {one_of: [404, 200]}}
Y
run timeout -k 1 "$seconds" "$GATEWAYCTL" replay evil.scenario.yml
wants_status 0

finish
