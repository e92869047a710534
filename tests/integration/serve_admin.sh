#!/usr/bin/env bash
# The Admin API of a running gateway, asked by curl: what it shows, refuses and swaps.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail
readonly canary=CANARY5ecret
touch admin.seen

start_peer
write_config() { # write_config FILE NAME: the route /NAME tells which config is in force
  cat >"$1" <<Y
_format_version: "3.0"
services:
- name: echo
  url: http://127.0.0.1:$peer
  tags: [shop]
  routes:
  - {name: steady, paths: [/steady]}
  - {name: version, paths: [/$2]}
  - name: keyed
    paths: [/keyed]
    plugins: [{name: key-auth, config: {key_names: [apikey]}}]
- {name: balanced, host: up.test, routes: [{name: balanced, paths: [/balanced]}]}
consumers:
- username: alice
  keyauth_credentials: [{key: $canary-key}]
upstreams:
- name: up.test
  healthchecks: {passive: {unhealthy: {tcp_failures: 100}}}
  targets: [{target: "127.0.0.1:$peer"}]
- name: unchecked.test
  targets: [{target: "127.0.0.1:$peer"}]
Y
}

# ask PATH FLAGS...: as fetch, of the Admin API; all that it ever says is kept in admin.seen.
ask() {
  : >head
  run curl -sS --max-time $((20 * slowness)) -D head "${@:2}" "http://$admin$1"
  code=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' head | tail -1)
  cat head out >>admin.seen
}
answers() { # answers PATH STATUS
  test "$(curl -sS --max-time 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port$1")" = "$2"
}
wants_route() { wants "/$1 is served" until_true 10 answers "/$1" 200; }
wants_no_route() { wants "/$1 is not served" until_true 10 answers "/$1" 404; }

write_config kong.yml file
start_serve kong.yml --workers 2 --admin-listen 127.0.0.1:0 --set admin_access_log="$work/admin.log" \
  --set nginx_admin_client_max_body_size=100k

it "the ready file and the log say where it is"
wants "a port of its own" grep -qE '^127\.0\.0\.1:[1-9][0-9]*$' <<<"$admin"
wants "the same in the log" until_true 5 grep -q "event=started .*admin=$admin" serve.err

it "/ tells what the node is"
ask /
wants_code 200
wants_head 'Server: kong/3\.9\.1'
wants_head 'Content-Type: application/json; charset=utf-8'
wants_head 'Access-Control-Allow-Origin: \*'
wants_head 'X-Kong-Admin-Latency: [0-9]+'
wants_json '.version == "3.9.1" and .tagline == "Welcome to kong" and .pids.master == '"$pid"
wants_json ".configuration.admin_listen == [\"$admin\"] and .configuration.database == \"off\""
wants_json ".configuration.proxy_listen == [\"127.0.0.1:$port\"]"
wants_json '.plugins.available_on_server | has("key-auth") and has("rate-limiting")'

it "/status counts, and the node is ready"
fetch /steady
ask /status
wants_json '.server.total_requests >= 1 and .server.connections_accepted >= 1'
before=$(jq .server.total_requests out)
fetch /steady
fetch /steady
ask /status
wants_json ".server.total_requests == $before + 2"
[[ ! -e /proc/self/statm ]] || wants_json '.memory.resident | test("^[1-9][0-9.]* MiB$")'
wants_json '.configuration_hash | test("^[0-9a-f]{32}$")'
ask /status/ready
wants_code 200
wants_json '.message == "ready"'

it "every entity can be read, by name, below its parent and by reference"
ask /services/echo
wants_json '.name == "echo" and .retries == 5 and .tags == ["shop"]'
ask /services/echo/routes
wants_json '[.data[].name] | sort == ["keyed", "steady", "version"]'
ask /routes/steady/service
wants_json '.name == "echo"'
ask '/routes?size=1'
wants_json '(.data | length) == 1 and (.next | startswith("/routes?offset="))'
ask '/services?tags=shop'
wants_json '[.data[].name] == ["echo"]'
ask /upstreams/up.test/targets
wants_json ".data[0].target == \"127.0.0.1:$peer\""
ask /schemas/services
wants_code 200
ask / -I
wants_code 200
wants_head 'Content-Length: [1-9][0-9]*'

it "keys are not shown"
ask /key-auths
wants_json '.data | length == 1 and (.[0].key | startswith("sha256:"))'
ask /consumers/alice/key-auth
wants_code 200
ask "/key-auths/$canary-key" -X DELETE
wants_code 405
ask /config
wants_json '.config | contains("_format_version")'

it "what is not there is 404, and other writes are 405"
ask /nonsense
wants_code 404
wants_json '.message == "Not found"'
ask /services/nobody
wants_code 404
ask /status -X POST
wants_code 405
wants_json '.message == "Method not allowed"'
ask /services --json '{"host": "a.test"}'
wants_code 405
wants_json '.code == 12 and .name == "operation unsupported"'
ask /services/echo -X DELETE
wants_code 405
ask /services --json '{"host": 5}'
wants_code 400
wants_json '.code == 2'
ask /services -X POST -H 'Content-Type: text/plain' -d x
wants_code 415

it "pages of other sites and rebound names are refused"
ask / -H 'Origin: http://evil.test'
wants_code 403
ask / -H 'Host: evil.test'
wants_code 403
ask / -H 'Host: localhost:8001'
wants_code 200

it "targets have their health, and can be marked by hand"
ask /upstreams/up.test/health
wants_json '[.data[].health] == ["HEALTHY"]'
ask /upstreams/unchecked.test/health
wants_json '[.data[].health] == ["HEALTHCHECKS_OFF"]'
ask "/upstreams/up.test/targets/127.0.0.1:$peer/unhealthy" -X PUT
wants_code 204
wants "no worker uses it" until_true 10 answers /balanced 503
for _ in 1 2 3 4 5 6; do wants "not one" answers /balanced 503; done
ask /upstreams/up.test/health
wants_json '[.data[].health] == ["UNHEALTHY"]'
ask "/upstreams/up.test/targets/127.0.0.1:$peer/healthy" -X PUT
wants_code 204
wants "again" until_true 10 answers /balanced 200
ask "/upstreams/unchecked.test/targets/127.0.0.1:$peer/unhealthy" -X PUT
wants_code 400

it "a config is swapped in whichever form it comes"
write_config yaml.yml as-yaml
ask /config --data-binary @yaml.yml -H 'Content-Type: text/yaml'
wants_code 201
wants_json '[.services[].name] | sort == ["balanced", "echo"]'
wants_route as-yaml
wants_no_route file
write_config form.yml as-form
ask /config -F config=@form.yml
wants_code 201
wants_route as-form
write_config coded.yml as-coded
ask /config --data-urlencode config@coded.yml
wants_code 201
wants_route as-coded
write_config text.yml as-text
ask /config --json "$(jq -Rs '{config: .}' text.yml)"
wants_code 201
wants_route as-text
cat >json.json <<J
{"_format_version": "3.0", "services": [{"name": "echo", "url": "http://127.0.0.1:$peer",
 "routes": [{"name": "steady", "paths": ["/steady"]}, {"name": "version", "paths": ["/as-json"]}]}]}
J
ask /config --json @json.json
wants_code 201
wants_route as-json
wants_no_route keyed
ask /config -H 'Transfer-Encoding: chunked' -H 'Content-Type: application/json' --data-binary @json.json
wants_code 201

it "a config that is the same is not loaded again, and another's is not overwritten unseen"
ask '/config?check_hash=1' --json @json.json
wants_code 304
ask /config -H 'If-Match: "00000000000000000000000000000000"' --json @json.json
wants_code 412
ask /config
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/ip' head)
ask /config -H "If-Match: $etag" --json @json.json
wants_code 201
ask /config -H "If-None-Match: $etag"
wants_code 304

it "a bad config is refused, and the old one stays"
sed 's/"url"/"urll"/' json.json >bad.json
ask /config --json @bad.json
wants_code 400
wants_json '.code == 14 and .name == "invalid declarative configuration" and (.message | contains("unknown field"))'
wants_json '.diagnostics[0] | has("line")'
ask /config -H 'Content-Type: text/yaml' --data-binary 'services: ['
wants_code 400
ask /config --json '{"_format_version": "3.0", "services": [{"name": "s", "url": "http://127.0.0.1:9",
  "routes": [{"name": "r", "paths": ["/"]}], "plugins": [{"name": "acl", "config": {"allow": ["staff"]}}]}]}'
wants_code 400
ask /config -X POST -H 'Content-Type: application/json'
wants_code 400
head -c 200000 /dev/zero | tr '\0' x >large
ask /config -H 'Content-Type: text/yaml' --data-binary @large
wants_code 413
wants_json '.message | contains("nginx_admin_client_max_body_size")'
ask /config -H 'Content-Type: text/yaml' -H 'Transfer-Encoding: chunked' -H 'Expect:' --data-binary @large
wants_code 413
wants_route as-json

it "the swap loses no request"
rm -f stop
python3 "$here/serve_load.py" "$port" /steady 8 stop >load.json 2>load.err &
load_pid=$!
pids+=("$load_pid")
sleep 0.3
refused=0
for n in {1..50}; do
  write_config swap.yml "swap-$n"
  ask /config -F config=@swap.yml
  [[ $code == 201 ]] || refused=$((refused + 1))
done
touch stop
wait "$load_pid" || true
wants "each was taken, but $refused" test "$refused" -eq 0
wants_json '.failed == 0 and .requests > 200' load.json
wants_route swap-50

it "a reload and an upload: the last one wins"
kill -HUP "$pid"
wants_route file
wants_no_route swap-50
ask /config -F config=@yaml.yml
wants_code 201
wants_route as-yaml
ask /routes
wants_json '[.data[].name] | length == 4'

it "each write leaves a line in the log, and each request one in the access log"
wants "the swap" until_true 5 grep -qE 'event=admin_write peer=127\.0\.0\.1 method=POST endpoint=/config status=201 config=[0-9a-f]{32} was=[0-9a-f]{32}' serve.err
wants "a refusal" until_true 5 grep -q 'event=admin_write .*method=DELETE endpoint=/key-auths/{keyauth_credentials} status=405' serve.err
wants "access" until_true 5 grep -q '"GET /services/echo HTTP/1.1" 200' admin.log
wants "no path with a key" until_true 5 grep -q '"DELETE /key-auths/{keyauth_credentials} HTTP/1.1" 405' admin.log

it "no key, wherever one looks"
for file in admin.seen admin.log access.log serve.err serve.out; do
  wants "none in $file" test -z "$(grep -aF "$canary" "$file" || true)"
done

it "while requests come to their end the node is alive, and not ready"
curl -sS -o /dev/null "http://127.0.0.1:$port/steady/slow?ms=2000" &
slow=$!
sleep 0.5
kill -TERM "$pid"
is_stopping() { test "$(curl -sS --max-time 5 -o /dev/null -w '%{http_code}' "http://$admin/status/ready")" = 503; }
wants "503" until_true 2 is_stopping
wait "$slow" || true
status=0
wait "$pid" || status=$?
wants_status 0

it "TLS, with a certificate that is made up"
start_serve kong.yml --admin-listen '127.0.0.1:0 ssl'
run curl -sSk --max-time 10 "https://$admin/status/ready"
wants_json '.message == "ready"'
run curl -sS --max-time 10 "https://$admin/status/ready"
wants "not one that anybody trusts" test "$status" -ne 0
kill -HUP "$pid"
is_still_there() { curl -sSkf --max-time 5 -o /dev/null "https://$admin/status/ready"; }
wants "after a reload too" is_still_there
stop_serve
wants_status 0

it "off is off, and a reload says what it cannot do"
printf 'admin_listen = off\nmax_header_count = 100\n' >kong.conf
start_serve kong.yml --kong-conf kong.conf
wants "no address" test -z "$admin"
printf 'admin_listen = 127.0.0.1:0\nmax_header_count = 200\nreal_ip_header = X-Forwarded-For\n' >kong.conf
kill -HUP "$pid"
wants "the settings' names" until_true 10 grep -q 'event=restart_needed settings=admin_listen,max_header_count ' serve.err
stop_serve
wants_status 0
finish
