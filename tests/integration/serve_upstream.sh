#!/usr/bin/env bash
# serve and its upstreams: nginx with keep-alive and TLS, targets that are weighted, dead or silent.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail

authority good
authority evil
leaf backend DNS:backend.test good
leaf client DNS:client.test good
printf '127.0.0.1 backend.test other.test\n' >hosts

plain=$(free_port) tls=$(free_port) mutual=$(free_port) weighted=$(free_port) dead=$(free_port)
cat >backend.conf <<N
  keepalive_requests 10000;
  server { listen 127.0.0.1:$plain; location / { return 200 '\$connection \$connection_requests \$host\n'; } }
  server { listen 127.0.0.1:$weighted; location / { return 200 'second\n'; } }
  ssl_certificate $work/backend.crt;
  ssl_certificate_key $work/backend.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  server { listen 127.0.0.1:$tls ssl; location / { return 200 '\$ssl_server_name \$ssl_protocol \$ssl_session_reused\n'; } }
  server { listen 127.0.0.1:$mutual ssl; ssl_verify_client on; ssl_client_certificate $work/good.crt;
    location / { return 200 '\$ssl_client_s_dn\n'; } }
N
start_nginx backend.conf "$plain"
start_peer
# One that takes connections and nothing else, and one that resets them.
deaf=$(free_port) rude=$(free_port)
python3 - "$deaf" "$rude" <<'P' &
import socket, struct, sys
deaf, rude = (socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[1:])
while True:
    one = rude.accept()[0]
    one.recv(10)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()
P
pids+=("$!")
until_true 10 accepts "$rude"

readonly good_id=11111111-1111-4111-8111-111111111111 evil_id=22222222-2222-4222-8222-222222222222
readonly client_id=33333333-3333-4333-8333-333333333333
cat >kong.yml <<Y
_format_version: "3.0"
ca_certificates:
- id: $good_id
  cert: |
$(indented good.crt)
- id: $evil_id
  cert: |
$(indented evil.crt)
certificates:
- id: $client_id
  cert: |
$(indented client.crt)
  key: |
$(indented client.key)
upstreams:
- name: weighted
  targets: [{target: "127.0.0.1:$plain", weight: 30}, {target: "127.0.0.1:$weighted", weight: 10}]
- name: halfdead
  targets: [{target: "127.0.0.1:$dead"}, {target: "127.0.0.1:$weighted"}]
- name: empty
services:
- {name: plain, url: "http://127.0.0.1:$plain", routes: [{name: plain, paths: [/plain]}]}
- {name: any, url: "https://backend.test:$tls", routes: [{name: any, paths: [/any]}]}
- {name: verified, url: "https://backend.test:$tls", tls_verify: true, ca_certificates: [$good_id],
   routes: [{name: verified, paths: [/verified]}]}
- {name: doubted, url: "https://backend.test:$tls", tls_verify: true, ca_certificates: [$evil_id],
   routes: [{name: doubted, paths: [/doubted]}]}
- {name: misnamed, url: "https://other.test:$tls", tls_verify: true, ca_certificates: [$good_id],
   routes: [{name: misnamed, paths: [/misnamed]}]}
- {name: mutual, url: "https://backend.test:$mutual", client_certificate: $client_id,
   routes: [{name: mutual, paths: [/mutual]}]}
- {name: plaintext, url: "https://127.0.0.1:$plain", routes: [{name: plaintext, paths: [/plaintext]}]}
- {name: weighted, host: weighted, routes: [{name: weighted, paths: [/weighted]}]}
- {name: halfdead, host: halfdead, routes: [{name: halfdead, paths: [/halfdead]}]}
- {name: empty, host: empty, routes: [{name: empty, paths: [/empty]}]}
- {name: nameless, url: "http://no-such-name.invalid", routes: [{name: nameless, paths: [/nameless]}]}
- {name: dead, url: "http://127.0.0.1:$dead", routes: [{name: dead, paths: [/dead]}]}
- {name: deaf, url: "http://127.0.0.1:$deaf", write_timeout: 500, read_timeout: 500, retries: 0,
   routes: [{name: deaf, paths: [/deaf]}]}
- {name: rude, url: "https://127.0.0.1:$rude", retries: 0, routes: [{name: rude, paths: [/rude]}]}
- {name: peer, url: "http://127.0.0.1:$peer", read_timeout: 1000, retries: 1,
   routes: [{name: peer, paths: [/peer]}]}
Y
start_serve kong.yml --admin-listen off --workers 1 --set dns_hostsfile="$work/hosts"

it "uses its connections to an upstream again"
for _ in {1..20}; do fetch /plain; done
wants_code 200
read -r _ used _ <out
wants "the connection's 20th request, not its ${used}th" test "$used" -eq 20

it "speaks TLS to an upstream, with its name"
fetch /any
wants_code 200
wants_out "backend.test TLSv1.3"
fetch /verified
wants_code 200
for path in /doubted /misnamed /plaintext; do
  fetch "$path"
  wants_code 502
  wants_json '.message == "An invalid response was received from the upstream server"'
done
fetch /mutual
wants_code 200
wants_out "CN=client"

it "gives targets their share"
for _ in {1..40}; do fetch /weighted; cat out >>shares; done
wants "10 of 40 for the light one" test "$(grep -c second shares)" -eq 10

it "goes around a dead target"
for _ in {1..6}; do
  fetch /halfdead
  wants_code 200
done

it "says what is wrong with an upstream"
fetch /empty
wants_code 503
wants_json '.message == "failure to get a peer from the ring-balancer"'
fetch /nameless
wants_code 503
wants_json '.message == "name resolution failed"'
fetch /dead
wants_code 502
fetch /peer/reset
wants_code 502
fetch /peer/close
wants_code 502

it "does not wait for ever"
began=$SECONDS
fetch /peer/hang -X POST
wants_code 504
wants_json '.message == "The upstream server is timing out"'
wants "about a second" test $((SECONDS - began)) -le $((4 * slowness + stall))

it "an upstream that takes none of a body is given up, and nothing stays open"
head -c 30000000 /dev/zero >big
fetch /deaf --data-binary @big
wants_code 504
none_is_open() { ! grep -qE " 0100007F:$(printf %04X "$deaf") 01 " /proc/net/tcp; }
wants "no connection to it" until_true 10 none_is_open

it "a handshake that is reset is told with a reason"
fetch /rude
wants_code 502
reset_is_told() { grep -F event=upstream_tls_failed serve.err | grep -F service=rude | grep -qF 'closed or reset'; }
wants "a reason: $(tail -3 serve.err)" until_true 5 reset_is_told

it "a body that ends too early is seen to"
fetch '/peer/half?size=1000000'
wants "curl notices, with 18 or 56" test "$status" -eq 18 -o "$status" -eq 56
fetch /peer/next
wants_code 200

it "survives the upstream's death and its return"
kill "$nginx_pid" && wait "$nginx_pid" || true
fetch /plain
wants_code 502
start_nginx backend.conf "$plain"
fetch /plain
wants_code 200
finish
