#!/usr/bin/env bash
# TLS listeners as openssl and curl meet them.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail

self_signed() { # self_signed FILE NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$2" \
    -addext "subjectAltName=DNS:$2" -keyout "$1.key" -out "$1.crt" 2>/dev/null
}

write_config() { # write_config CERTIFICATE: the one for a.test
  cat >kong.yml.new <<Y
_format_version: "3.0"
certificates:
- cert: |
$(indented "$1.crt")
  key: |
$(indented "$1.key")
  snis: [{name: a.test}]
- cert: |
$(indented wild.crt)
  key: |
$(indented wild.key)
  snis: [{name: "*.wild.test"}]
services:
- name: echo
  url: http://127.0.0.1:$peer
  routes:
  - {name: secure, paths: [/], protocols: [https]}
Y
  mv kong.yml.new kong.yml
}

# hello FLAGS...: a handshake; out is what s_client says.
hello() { run timeout 20 openssl s_client -connect "127.0.0.1:$port" "$@" </dev/null; }
subject() { openssl x509 -noout -subject -nameopt RFC2253 <out 2>/dev/null || true; }
wants_subject() { wants "wanted the certificate of $1, got $(subject)" grep -qF "CN=$1" <<<"$(subject)"; }
has_renewed() { hello -servername a.test && test "$(subject)" = "subject=CN=renewed.test"; }

self_signed first a.test
self_signed renewed renewed.test
self_signed wild '*.wild.test'
start_peer
write_config first
start_serve kong.yml --admin-listen off --workers 1 --proxy-listen "127.0.0.1:0 ssl"
plain=$port
secure=${ports[1]}
port=$secure

it "chooses the certificate by name"
hello -servername a.test
wants_status 0
wants_subject a.test
hello -servername A.TEST
wants_subject a.test
hello -servername x.wild.test
wants_subject '*.wild.test'

it "has one of its own for all others"
hello -servername unknown.test
wants_status 0
wants "some certificate, of another name" test -n "$(subject)"
wants "not that of a.test" test "$(subject)" != "subject=CN=a.test"
hello -noservername
wants_status 0
wants "some certificate" test -n "$(subject)"

it "speaks TLS 1.2 and 1.3 and nothing older"
hello -tls1_2
wants_status 0
wants_out "TLSv1.2"
hello -tls1_3
wants_status 0
wants_out "TLSv1.3"
for version in -tls1_1 -tls1; do
  hello "$version" -cipher DEFAULT@SECLEVEL=0
  wants "a refusal" test "$status" -ne 0
done

it "agrees on http/1.1 and on nothing else"
hello -alpn h2,http/1.1
wants_out "ALPN protocol: http/1.1"
hello -alpn h2
wants "no h2" test -z "$(grep 'ALPN protocol: h2' out || true)"

it "takes sessions up again"
printf 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n' >request
run timeout 20 openssl s_client -connect "127.0.0.1:$port" -tls1_2 -sess_out session <request
run timeout 20 openssl s_client -connect "127.0.0.1:$port" -tls1_2 -sess_in session <request
wants_out "Reused, TLSv1.2"

it "serves requests, keeps the connection, and says https upstream"
for max in 1.2 1.3; do
  run curl -sS --tls-max "$max" --cacert first.crt --resolve "a.test:$port:127.0.0.1" -w '%{num_connects}\n' \
    "https://a.test:$port/1" "https://a.test:$port/2"
  wants_status 0
  wants_out '"x-forwarded-proto": ["https"]'
  wants "one connection for two requests" test "$(grep -oE '[01]$' out | tr '\n' ' ')" = "1 0 "
done
head -c 5000000 /dev/urandom >upload
run curl -sS --cacert first.crt --resolve "a.test:$port:127.0.0.1" --data-binary @upload "https://a.test:$port/up"
wants_json ".body.sha256 == \"$(sha256sum upload | cut -d' ' -f1)\""
run curl -sS --cacert first.crt --resolve "a.test:$port:127.0.0.1" "https://a.test:$port/big?size=5000000" -o big
wants_status 0
wants "all of it" test "$(stat -c %s big)" -eq 5000000

it "is not confused by the wrong protocol"
run curl -sS --max-time 10 "http://127.0.0.1:$port/"
wants "no 200" test -z "$(grep '"method"' out || true)"
run timeout 10 openssl s_client -connect "127.0.0.1:$plain" </dev/null
wants "no handshake" test "$status" -ne 0
run curl -sS --cacert first.crt --resolve "a.test:$port:127.0.0.1" "https://a.test:$port/after"
wants_status 0
port=$plain
fetch /
wants_code 426
port=$secure

it "a reload brings new certificates to new connections"
write_config renewed
kill -HUP "$pid"
wants "the new certificate" until_true 10 has_renewed
finish
