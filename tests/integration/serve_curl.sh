#!/usr/bin/env bash
# serve as curl meets it: versions, methods, bodies of all framings, keys, limits, forms of errors.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail

start_peer
cat >kong.yml <<Y
_format_version: "3.0"
services:
- name: echo
  url: http://127.0.0.1:$peer
  routes:
  - {name: open, paths: [/open]}
  - name: keyed
    paths: [/keyed]
    plugins:
    - {name: key-auth, config: {key_names: [apikey], hide_credentials: true}}
  - name: limited
    paths: [/limited]
    plugins:
    - {name: rate-limiting, config: {hour: 2, policy: local}}
  - {name: secure, paths: [/secure], protocols: [https]}
consumers:
- username: alice
  custom_id: alice-1
  keyauth_credentials: [{key: alice-key}]
Y
start_serve kong.yml --admin-listen off --workers 1

it "passes a request on, with what Kong adds"
fetch '/open/a%2Fb?x=1&y=%20' -H 'Host: shop.test:8080' -H 'X-Forwarded-For: 192.0.2.7'
wants_code 200
wants_json '.method == "GET" and .target == "/a%2Fb?x=1&y=%20" and .version == "HTTP/1.1"'
wants_json '.headers["x-forwarded-for"] == ["192.0.2.7, 127.0.0.1"]'
wants_json '.headers["x-forwarded-host"] == ["shop.test"] and .headers["x-forwarded-proto"] == ["http"]'
wants_json ".headers[\"x-forwarded-port\"] == [\"$port\"] and .headers[\"x-real-ip\"] == [\"127.0.0.1\"]"
wants_json '.headers["x-forwarded-path"] == ["/open/a%2Fb"] and .headers["x-forwarded-prefix"] == ["/open"]'
wants_json ".headers.host == [\"127.0.0.1:$peer\"] and .headers.via == [\"1.1 kong/3.9.1\"]"
wants_head 'Via: 1\.1 kong/3\.9\.1'
wants_head 'X-Kong-Request-Id: [0-9a-f]{32}'
wants_head 'X-Kong-Upstream-Latency: [0-9]+'
wants_head 'X-Kong-Proxy-Latency: [0-9]+'
wants_head 'Connection: keep-alive'

it "keeps a client's connection and its own to the upstream"
run curl -sS -w '%{num_connects}\n' -o /dev/null "http://127.0.0.1:$port/open/1" -o /dev/null "http://127.0.0.1:$port/open/2" -o /dev/null "http://127.0.0.1:$port/open/3"
wants "one connection for three requests" test "$(tr '\n' ' ' <out)" = "1 0 0 "
fetch /open/4
wants_json '.served >= 4'

it "answers HTTP/1.0 as HTTP/1.0 wants it"
fetch /open/old -0
wants_code 200
wants_no_head Transfer-Encoding
wants_json '.version == "HTTP/1.1"'

it "answers HEAD without a body"
fetch /open/head -I
wants_code 200
wants_head 'Content-Length: [1-9][0-9]*'

it "speaks HTTP/1.1 to who offers h2c"
fetch /open/h2c --http2
wants_code 200
wants_json '(.headers | has("upgrade") | not) and (.headers | has("http2-settings") | not)'

head -c 3000000 /dev/urandom >upload
sum=$(sha256sum upload | cut -d' ' -f1)
it "takes a body with a length"
fetch /open/sized -H 'Expect:' --data-binary @upload
wants_code 200
wants_json ".body.size == 3000000 and .body.sha256 == \"$sum\" and .headers[\"content-length\"] == [\"3000000\"]"

it "takes a chunked body"
fetch /open/chunked -H 'Expect:' -H 'Transfer-Encoding: chunked' --data-binary @upload
wants_code 200
wants_json ".body.size == 3000000 and .body.sha256 == \"$sum\""

it "says 100 to who waits for it, and keeps Expect to itself"
fetch /open/expect -H 'Expect: 100-continue' --expect100-timeout 30 -T upload
wants_code 200
wants_head 'HTTP/1\.1 100 .*'
wants_json ".method == \"PUT\" and .body.sha256 == \"$sum\" and (.headers | has(\"expect\") | not)"

it "refuses before it asks for the body"
fetch /keyed/expect -H 'Expect: 100-continue' --expect100-timeout 30 -T upload
wants_code 401
wants "no 100" test -z "$(grep '^HTTP/1.1 100' head || true)"

it "lets nobody in without the right key"
fetch /keyed
wants_code 401
wants_head 'WWW-Authenticate: Key'
wants_json '.message == "No API key found in request"'
fetch /keyed -H 'apikey: wrong'
wants_code 401
wants_json '.message == "Unauthorized"'
for place in "-H apikey:alice-key /keyed/k" "/keyed/k?apikey=alice-key&z=1"; do
  read -ra words <<<"$place"
  fetch "${words[-1]}" "${words[@]:0:${#words[@]}-1}"
  wants_code 200
  wants_json '.headers["x-consumer-username"] == ["alice"] and .headers["x-consumer-custom-id"] == ["alice-1"]'
  wants "no key upstream" test -z "$(grep -o alice-key out || true)"
done

it "counts, says so, and refuses what is too much"
fetch /limited
wants_code 200
wants_head 'RateLimit-Limit: 2'
wants_head 'RateLimit-Remaining: 1'
wants_head 'X-RateLimit-Remaining-Hour: 1'
fetch /limited
wants_head 'RateLimit-Remaining: 0'
fetch /limited
wants_code 429
wants_head 'Retry-After: [0-9]+'
wants_json '.message == "API rate limit exceeded"'

it "answers errors in the form that Accept asks for"
fetch /nowhere
wants_code 404
wants_head 'Content-Type: application/json; charset=utf-8'
wants_json '.message == "no Route matched with those values" and (.request_id | length == 32)'
fetch /nowhere -H 'Accept: text/html'
wants_head 'Content-Type: text/html; charset=utf-8'
wants_out '<p>no Route matched with those values.</p>'
fetch /nowhere -H 'Accept: text/plain'
wants_out 'no Route matched with those values'
fetch /nowhere -H 'Accept: application/xml'
wants_out '<message>no Route matched with those values</message>'
fetch /secure
wants_code 426
wants_head 'Upgrade: TLS/1\.2, HTTP/1\.1'

it "a body of 200 MB passes in constant memory, either way"
before=$(resident_kb "$pid")
fetch '/open/big?size=200000000' -o /dev/null
wants_code 200
wants_head 'Content-Length: 200000000'
head -c 200000000 /dev/zero >zeros
fetch /open/upload -H 'Expect:' --data-binary @zeros -H 'Transfer-Encoding: chunked'
wants_json '.body.size == 200000000'
after=$(resident_kb "$pid")
wants "less than 8 MB more: $before KB before, $after KB after" test $((after - before)) -lt $((8192 * slowness))

it "a client that does not read holds its upstream back"
curl -sS --limit-rate 1k -o /dev/null "http://127.0.0.1:$port/open/big?size=200000000" 2>/dev/null &
slow=$!
sleep 1
after=$(resident_kb "$pid")
kill "$slow" && wait "$slow" || true
wants "less than 8 MB more: $before KB before, $after KB after" test $((after - before)) -lt $((8192 * slowness))

it "answers pipelined requests in order"
exec 3<>"/dev/tcp/127.0.0.1/$port"
for n in 1 2 3; do printf 'GET /open/%d HTTP/1.1\r\nHost: a\r\n\r\n' "$n" >&3; done
printf 'GET /open/4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' >&3
run timeout 10 cat <&3
exec 3>&-
wants_status 0
wants "four answers in order" test "$(grep -o '"target": "/[0-9]"' out | tr -dc 0-9)" = 1234

it "believes the PROXY line where it is told to"
stop_serve
wants_status 0
start_serve kong.yml --admin-listen off --proxy-listen "127.0.0.1:0 proxy_protocol" \
  --set trusted_ips=127.0.0.1 --set real_ip_header=proxy_protocol
port=${ports[1]}
fetch /open/who --haproxy-protocol
wants_code 200
wants_json '.headers["x-real-ip"] == ["127.0.0.1"]'
fetch /open/who
wants "no answer without the line" test "${code:-400}" = 400

finish
