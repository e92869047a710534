#!/usr/bin/env bash
# The mesh's certificates by way of files: those that `certs fetch` keeps fresh, and those that are
# sent to the Admin API.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_lib.sh"
set -euo pipefail

start_consul
domain=$(the_trust_domain)
start_sidecar new web
start_sidecar old web --tls 1.2
start_sidecar other api

it "the files are fetched first"
gatewayctl certs fetch --service kong --out certs
wants_status 0
for file in ca.crt cert.pem cert.key; do wants "certs/$file" test -s "certs/$file"; done
wants "a key for its owner only" test "$(stat -L -c %a certs/cert.key)" = 600

cat >kong.yml <<Y
_format_version: "3.0"
certificates:
- {id: $kong_id, cert: "{vault://file/certs/cert.pem}", key: "{vault://file/certs/cert.key}"}
ca_certificates:
- {id: $roots_id, cert: "{vault://file/certs/ca.crt}"}
services:
$(for name in new old other; do
  mesh_service "$name" "${sidecar[$name]}" "$(is web), tls_verify: true, ca_certificates: [$roots_id]"
done)
Y
start_serve kong.yml --admin-listen 127.0.0.1:0 --workers 2 --set dns_hostsfile="$work/hosts"

it "and serve uses them, with no agent of its own"
for name in new old; do
  fetch "/$name"
  wants_code 200
  wants_json '.client | endswith("/svc/kong")'
done
fetch /other
wants_code 502

it "a rotation arrives by way of the files: no failed request"
"$GATEWAYCTL" certs fetch --service kong --out certs --watch --exec "kill -HUP $pid" >certs.out 2>certs.err </dev/null &
fetcher=$!
pids+=("$fetcher")
sleep $((1 * slower))
start_load /new 4 '/new/x?last=1' 2 '/old/x?last=1' 2
for _ in 1 2 3; do
  before=$(serial_at new)
  consul_do rotate
  wants "a new serial number; certs said: $(tail -3 certs.err)" until_true 5 has_new_serial new "$before"
  for name in new old; do refresh_sidecar "$name"; done
  wants "served with it" answers '/old/x?last=1' 200
done
for _ in 1 2 3; do
  before=$(serial_at new)
  consul_do 'reissue?service=kong'
  wants "a new serial number" until_true 5 has_new_serial new "$before"
done
end_load
kill -TERM "$fetcher"
status=0
wait "$fetcher" || status=$?
wants_status 0

it "files that do not belong together change nothing"
before=$(serial_at new)
cp certs/cert.key kept.key
openssl ecparam -name prime256v1 -genkey -noout -out wrong.key
chmod 600 wrong.key
mark
cp wrong.key certs/cert.key
kill -HUP "$pid"
wants "a word about it" until_true 5 has_event '(reload_refused|certificates_refused).*'
wants "the same certificate" test "$(serial_at new)" = "$before"
cp kept.key certs/cert.key
kill -HUP "$pid"
wants "served on" answers '/new/x?last=1' 200
stop_serve
wants_status 0

# The seed's way: the three files are sent to the Admin API.
ask() { # ask PATH FLAGS...: as fetch, of the Admin API
  : >head
  run curl -sS --max-time $((20 * slowness)) -D head "${@:2}" "http://$admin$1"
  code=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' head | tail -1)
}
printf '_format_version: "3.0"\n' >empty.yml
start_serve empty.yml --admin-listen 127.0.0.1:0 --workers 1 --set dns_hostsfile="$work/hosts"

it "the Admin API of a gateway without a database takes no single certificates, and says so"
sed '/END CERTIFICATE/q' certs/ca.crt >root.crt
ask /ca_certificates -F cert=@root.crt
wants_code 405
wants_json '.name == "operation unsupported"'
ask /certificates -F cert=@certs/cert.pem -F key=@certs/cert.key
wants_code 405
wants_json '.name == "operation unsupported"'

it "it takes them with the service and the route, as one config"
cat >upload.yml <<Y
_format_version: "3.0"
certificates:
- id: $kong_id
  cert: |
$(indented certs/cert.pem)
  key: |
$(indented certs/cert.key)
ca_certificates:
- id: $roots_id
  cert: |
$(indented root.crt)
services:
- {name: sidecarservice, url: "https://127.0.0.1:${sidecar[new]}", client_certificate: {id: $kong_id},
   routes: [{name: route2, paths: [/route2]}]}
Y
ask /config -F config=@upload.yml
wants_code 201
served() { answers /route2 200; }
wants "the route" until_true 5 served
fetch /route2
wants_code 200
wants_json ".client == \"spiffe://$domain/ns/default/dc/dc1/svc/kong\""
ask /certificates
wants_code 200
wants_json ".data[0].id == \"$kong_id\" and (.data[0].cert | startswith(\"-----BEGIN\"))"
wants "but not its key" test -z "$(grep -F "$(sed -n 2p certs/cert.key)" out || true)"
ask /ca_certificates
wants_json ".data[0].id == \"$roots_id\" and (.data[0].cert_digest | test(\"^[0-9a-f]{64}\$\"))"
ask /services/sidecarservice
wants_json ".client_certificate.id == \"$kong_id\""

it "and files by reference"
sed -n '/^_format/p; /^certificates/,/^services/p' kong.yml >byref.yml
mesh_service new "${sidecar[new]}" "$(is web), tls_verify: true, ca_certificates: [$roots_id]" >>byref.yml
ask /config -F config=@byref.yml
wants_code 201
wants "the route" until_true 5 answers /new 200
ask /certificates
wants_json '.data[0].key == "{vault://file/certs/cert.key}"'
stop_serve
wants_status 0
finish
