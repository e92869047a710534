#!/usr/bin/env bash
# replay: statuses, reports and the project's own scenarios.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

cat >kong.yml <<'Y'
_format_version: "3.0"
services:
- name: web
  url: http://web.internal:9090
  routes:
  - {name: web, paths: [/web]}
plugins:
- {name: rate-limiting, config: {minute: 3, policy: local}}
Y
cat >good.scenario.yml <<'Y'
scenario: The fourth request of a minute is refused
config: kong.yml
steps:
- {send: GET /web, times: 3, expect: {status: 200}}
- {send: GET /web, expect: {status: 429, headers: {RateLimit-Remaining: 0}}}
Y
cat >bad.scenario.yml <<'Y'
scenario: Two <&"> fail
config: kong.yml
steps:
- send: GET /web
  expect:
    headers: {RateLimit-Remaining: 1}
Y
printf 'scenario: Kong counts\nconfig: kong.yml\ngateway: {counting: kong}\nsteps:\n- send: GET /web\n' >skipped.scenario.yml

it "the project's own scenarios all pass"
gatewayctl replay --format json "$SOURCE/scenarios"
wants_status 0
wants_json '.failed == 0 and .errors == 0 and .skipped == 0 and .passed > 0'

it "plays over real sockets to the same verdicts"
gatewayctl replay --live --format json "$SOURCE/scenarios"
wants_status 0
wants_json '.failed == 0 and .errors == 0 and .passed > 0
  and all(.scenarios[] | select(.status == "skipped"); .reason | contains("counting: kong"))'
gatewayctl replay --live bad.scenario.yml
wants_status 1
wants_out "bad.scenario.yml:6"
gatewayctl replay --live -c kong.yml --send 'GET /web' --format json
wants_json '.scenarios[0].steps[0].explain[0] | .route.name == "web" and .counters[0].after == 1'

it "a passed scenario is status 0, a failed one 1"
gatewayctl replay good.scenario.yml
wants_status 0
wants_out "The fourth request of a minute is refused"
gatewayctl replay bad.scenario.yml
wants_status 1
wants_out "bad.scenario.yml:6"
wants_out "RateLimit-Remaining"

it "json is what the manual pins"
gatewayctl replay --format json bad.scenario.yml good.scenario.yml
wants_status 1
wants_json '.passed == 1 and .failed == 1 and .skipped == 0 and .errors == 0'
wants_json '.scenarios[0] | .file == "bad.scenario.yml" and .line == 1 and .status == "failed"'
wants_json '.scenarios[0].steps[0].failures[0] | .what == "headers.RateLimit-Remaining" and .line == 6
  and .repetition == 1 and .at == "2024-01-01T00:00:00Z" and .expected == "1" and .actual == "2"
  and .response.status == 200 and (.response.headers | length > 0)'
wants_json '.scenarios[1] | .status == "passed" and .reason == ""'

it "the other formats are well-formed"
gatewayctl replay --format junit bad.scenario.yml good.scenario.yml
cp out results.xml
run xmllint --xpath 'concat(count(//testcase), " ", count(//failure))' results.xml
wants_out "2 1"
gatewayctl replay --format tap bad.scenario.yml good.scenario.yml
wants_out "TAP version 14"
wants_out "1..2"
wants "one failed line" test "$(grep -c '^not ok 1 ' out)" -eq 1
wants "one good line" test "$(grep -c '^ok 2 ' out)" -eq 1
gatewayctl replay --format github bad.scenario.yml
wants_out "::error file=bad.scenario.yml"

it "skipped scenarios fail only when asked to"
gatewayctl replay --live skipped.scenario.yml
wants_status 0
gatewayctl replay --live --fail-on-skip skipped.scenario.yml
wants_status 1

it "chooses by title or path, and lists without playing"
gatewayctl replay --filter fourth .
wants_status 0
gatewayctl replay --list .
wants_status 0
wants_out "good.scenario.yml:1: The fourth request of a minute is refused"
gatewayctl replay --filter 'no such title' .
wants_status 3

it "what is missing is status 3"
gatewayctl replay /nowhere
wants_status 3
mkdir empty
gatewayctl replay empty
wants_status 3
printf 'scenario: x\nconfig: nowhere.yml\nsteps: [{send: GET /}]\n' >lost.scenario.yml
gatewayctl replay lost.scenario.yml
wants_status 3
gatewayctl replay good.scenario.yml -c /nowhere.yml
wants_status 3

it "a file that is no scenario is status 1 and says where"
printf 'scenario: x\nconfig: kong.yml\nstepz: []\n' >broken.scenario.yml
gatewayctl replay broken.scenario.yml
wants_status 1
wants_err "broken.scenario.yml:3:1"
wants_out "broken.scenario.yml:3:1"

it "-c replaces the scenario's config"
sed 's/minute: 3/minute: 2/' kong.yml >two.yml
gatewayctl replay -c two.yml bad.scenario.yml
wants_status 0

it "plays a single request and explains it"
gatewayctl replay -c kong.yml --send 'GET /web' --explain
wants_status 0
wants_out "rate-limiting"
gatewayctl replay -c kong.yml --send 'GET /web' --format json
wants_json '.scenarios[0].steps[0].explain[0] | .route.name == "web" and .request.method == "GET"'
gatewayctl replay -c kong.yml --send 'nonsense'
wants_status 2

it "explains every request of a scenario"
gatewayctl replay --explain --format json good.scenario.yml
wants_json '.scenarios[0].steps[1].explain[0].counters[0] | .period == "minute" and .before == 3'

it "refuses a config whose guards are not run, unless that is allowed"
cat >guarded.yml <<'Y'
_format_version: "3.0"
services: [{name: web, url: "http://web.internal", routes: [{name: web, paths: [/web]}]}]
plugins: [{name: ip-restriction, config: {allow: [10.0.0.1]}}]
Y
gatewayctl replay -c guarded.yml --send 'GET /web'
wants_status 1
gatewayctl replay -c guarded.yml --send 'GET /web' --allow-unsupported-plugins ip-restriction
wants_status 0

it "a file that is not there is out of reach, whoever names it"
cat >far.scenario.yml <<'Y'
scenario: The mesh's file is not there
config: {_format_version: "3.0"}
mesh: nowhere.yml
steps: [{send: GET /}]
Y
for command_of in "replay" "replay --live" "replay --list" "validate"; do
  # shellcheck disable=SC2086
  gatewayctl $command_of far.scenario.yml
  wants_status 3
  wants_err 'nowhere.yml'
done
gatewayctl validate --format json far.scenario.yml
wants_json '.diagnostics[0] | .code == "GW1714" and .line == 3'

finish
