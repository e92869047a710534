#!/usr/bin/env bash
# validate: statuses, streams, formats and which files are looked at.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

cat >good.yml <<'Y'
_format_version: "3.0"
services:
- name: web
  url: http://web.internal:9090
  routes:
  - {name: web, paths: [/web]}
plugins:
- {name: rate-limiting, config: {minute: 3, policy: local}}
Y
cat >bad.yml <<'Y'
_format_version: "3.0"
services:
- name: web
  url: http://web.internal:9090
  retires: 3
  routes:
  - {name: web, paths: [/web]}
plugins:
- {name: rate-limiting, service: wbe, config: {minute: 3, second: 5}}
Y
cat >warned.yml <<'Y'
_format_version: "3.0"
services:
- {name: web, url: "http://web.internal:9090", routes: [{name: web, paths: ['/user/\d+']}]}
Y

it "a good config is status 0, and says so on stdout"
gatewayctl validate good.yml
wants_status 0
wants "one line" test "$(wc -l <out)" -eq 1
wants_silence err

it "a bad one is status 1, and every mistake stands in stderr with its place"
gatewayctl validate bad.yml
wants_status 1
wants_err "bad.yml:5:"
wants_err "retries"
wants_err "bad.yml:9:"
wants_err "wbe"
wants_err "error[GW1405]"
wants "one line of summary" test "$(wc -l <out)" -eq 1

it "warnings fail only when --strict is given"
gatewayctl validate warned.yml
wants_status 0
wants_err "warning[GW1504]"
gatewayctl validate --strict warned.yml
wants_status 1
gatewayctl validate --strict --ignore GW1504 warned.yml
wants_status 0

it "json is what the manual pins"
gatewayctl validate --format json bad.yml
wants_status 1
wants_silence err
wants_json '.errors == (.diagnostics | map(select(.severity == "error")) | length)'
wants_json '.warnings == (.diagnostics | map(select(.severity == "warning")) | length)'
wants_json '.diagnostics | all(has("code") and has("severity") and has("file") and has("line")
  and has("column") and has("end_line") and has("end_column") and has("path") and has("message")
  and has("expected") and has("suggestion") and (.related | type == "array"))'
wants_json '.diagnostics[] | select(.suggestion == "retries") |
  .path == "services[0].retires" and .file == "bad.yml" and .line == 5 and .column == 3'
gatewayctl validate --format json good.yml
wants_json '. == {"errors": 0, "warnings": 0, "diagnostics": []}'

it "junit is well-formed and counts what failed"
gatewayctl validate --format junit bad.yml
wants_status 1
cp out found.xml
run xmllint --xpath 'count(//failure)' found.xml
wants_status 0
wants "a failure" test "$(cat out)" -ge 1

it "sarif names its rules"
gatewayctl validate --format sarif bad.yml
wants_json '.version == "2.1.0"'
wants_json '[.runs[0].results[].ruleId] - [.runs[0].tool.driver.rules[].id] == []'
wants_json '.runs[0].results | length > 0 and all(.locations[0].physicalLocation.region.startLine > 0)'

it "github gives one annotation a finding"
gatewayctl validate --format github bad.yml
wants_out "::error file=bad.yml,line=5"

it "what cannot be read is status 3, whatever else is wrong"
gatewayctl validate /nowhere/kong.yml
wants_status 3
wants_err "/nowhere/kong.yml"
gatewayctl validate bad.yml /nowhere/kong.yml
wants_status 3
wants_err "retries"
mkdir empty
gatewayctl validate empty
wants_status 3
gatewayctl validate --kong-conf /nowhere.conf good.yml
wants_status 3

it "standard input is read when the path is -"
status=0
command=(validate -)
"$GATEWAYCTL" validate - <bad.yml >out 2>err || status=$?
wants_status 1

it "a folder's files are one config, and its scenarios are checked as scenarios"
mkdir -p folder/below
cat >folder/service.yml <<'Y'
_format_version: "3.0"
services: [{name: web, url: "http://web.internal"}]
Y
cat >folder/below/route.json <<'Y'
{"_format_version": "3.0", "routes": [{"name": "web", "paths": ["/web"], "service": "web"}]}
Y
gatewayctl validate folder
wants_status 0
printf 'scenario: x\nconfig: service.yml\nstepz: []\n' >folder/x.scenario.yml
gatewayctl validate folder
wants_status 1
wants_err "x.scenario.yml:3:1"
wants_err "steps"

it "named files are one config too"
gatewayctl validate folder/service.yml folder/below/route.json
wants_status 0
gatewayctl validate folder/below/route.json
wants_status 1

it "the same name twice is an error that shows both places"
gatewayctl validate --format json good.yml folder/service.yml
wants_status 1
wants_json '.diagnostics[] | select(.code == "GW1303") | .related | length >= 1'

it "settings are checked where they stand"
printf 'trusted_ip = 10.0.0.0/8\n' >kong.conf
gatewayctl validate --kong-conf kong.conf good.yml
wants_status 1
wants_err "kong.conf:1:1"
wants_err "trusted_ips"
gatewayctl validate --set router_flavor=expression good.yml
wants_status 1
run env KONG_TRUSTED_IPS=ten KONG_PG_PASSWORD=x "$GATEWAYCTL" validate good.yml
wants_status 1
wants_err "KONG_TRUSTED_IPS"

it "a file over the bound is a finding, not a missing file"
truncate -s 100M large.yml
gatewayctl validate --format json large.yml
wants_status 1
wants_json '.diagnostics[0] | .code == "GW1001" and .file == "large.yml"'

it "policy cluster is refused with the reason and the alternatives, and run as local where it was the default"
printf '_format_version: "3.0"\nplugins: [{name: rate-limiting, config: {minute: 3, policy: cluster}}]\n' >cluster.yml
gatewayctl validate --format json cluster.yml
wants_status 1
wants_json '.diagnostics[0] | .message == "expected one of: local, redis" and (.suggestion | test("database.*redis.*sync_rate.*local"))'
sed -i 's/3.0/1.1/' cluster.yml
gatewayctl validate --format json cluster.yml
wants_status 0
wants_json '.diagnostics[0] | .code == "GW1410" and .severity == "warning"'

it "the level decides what is known"
gatewayctl validate --compat 2.8 good.yml
wants_status 1

finish
