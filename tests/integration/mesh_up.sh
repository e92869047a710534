#!/usr/bin/env bash
# `gatewayctl mesh up`: what it starts and says, the services through their sidecars, intentions, the end.
source "$(dirname "${BASH_SOURCE[0]}")/mesh_up_lib.sh"
set -euo pipefail
mkdir tmp
export TMPDIR=$work/tmp

it "says where everything listens, in words and in a file"
start_mesh
wants_json '.pid > 0 and (.consul | test("^127.0.0.1:[0-9]+$"))' mesh.json
wants_json ".services.web == (.services.web + {sidecar: \"$network.3:20000\", app: \"$network.3:9090\"})" mesh.json
wants_json ".services.api == (.services.api + {sidecar: \"$network.4:20000\", app: \"$network.4:9090\"})" mesh.json
wants "its own pid" test "$(jq .pid mesh.json)" -eq "$mesh_pid"
cp mesh.out out
for word in "$network.3:20000" "$network.4:20000" "$network.1:9090" "$network.3:9091" "$consul" /svc/web kong; do wants_out "$word"; done
hosts=$(jq -r .hosts mesh.json)
wants "a hosts file" test -r "$hosts"
wants "that all may read" test "$(stat -c %a "$hosts")" = 644
for name in web web-sidecar web-sidecar.default.svc.cluster.local; do
  wants "$name in it" grep -qE "^$network\.3[[:space:]]+(.*[[:space:]])?$name([[:space:]]|\$)" "$hosts"
done
wants "localhost is the gateway's" grep -qE "^$network\.1[[:space:]]+(.*[[:space:]])?localhost([[:space:]]|\$)" "$hosts"
cat mesh.out mesh.err >said
wants "nothing for a terminal: $(head -c 300 said)" test -z "$(grep -aP '\x1b' said || true)"

it "a ready file of a mesh that runs, or of nobody's, is not taken away"
echo 'precious: data' >precious.yml
for file in mesh.json precious.yml; do
  cp "$file" before
  gatewayctl mesh up --consul-listen "$consul" --network "$network.0" --ready-file "$file"
  wants_status 3
  wants_err 'Address already in use'
  wants "$file is as it was" cmp -s "$file" before
done
gatewayctl mesh up --consul-listen 127.0.0.1:0 --network "$(free_network)" --ready-file precious.yml
wants_status 3
wants_err 'precious.yml: there is another file'
wants "it is as it was" cmp -s precious.yml before

# through ADDRESS FLAGS...: out, head, code
through() {
  : >head
  run curl -sS --max-time $((20 * slowness)) -D head "${@:2}" "http://$1"
  code=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' head | tail -1)
}
# mtls PATH FLAGS...: to web's sidecar as the service whose files are in certs.
mtls() {
  : >head
  run curl -sS --max-time $((20 * slowness)) -D head --insecure --cert certs/cert.pem --key certs/cert.key "${@:2}" \
    "https://$network.3:20000$1"
  code=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' head | tail -1)
}

it "the gateway's way to web and web's to api: a body as the tutorial's"
through "$network.1:9090/"
wants_code 200
wants_head 'Content-Type: text/plain; charset=utf-8'
wants_head 'Vary: Origin'
wants_no_head Server
wants_json '.name == "web" and .uri == "/" and .type == "HTTP" and .body == "Hello World" and .code == 200'
wants_json '.start_time, .end_time | test("^20[0-9][0-9]-[0-9-]+T[0-9:]+\\.[0-9]{6}$")'
wants_json '.duration | test("^[0-9.]+(µs|ms|s)$")'
wants_json '.ip_addresses | length == 1'
wants_json '.upstream_calls | length == 1 and (.[0] | .name == "api-v1" and .body == "Response from API v1"
  and .uri == "http://localhost:9091" and .code == 200 and .type == "HTTP")'
# The text is Go's: its keys' order, two spaces, a newline at the end.
wants "the keys' order" test "$(jq -c 'keys_unsorted' out)" = \
  '["name","uri","type","ip_addresses","start_time","end_time","duration","body","upstream_calls","code"]'
jq --indent 2 . out >again
wants "to the byte: $(diff out again | head -5)" cmp -s out again
through "$network.1:9090/a/b?c=d" -X POST -d hello
wants_code 200
wants_json '.uri == "/a/b?c=d" and .upstream_calls[0].uri == "http://localhost:9091"'
through "$network.3:9090/health"
wants "OK" test "$(cat out)" = OK
through "$network.4:9090/"
wants_json '.name == "api-v1" and (has("upstream_calls") | not)'

it "a fetched certificate opens web's sidecar, and verifies"
gatewayctl certs fetch --service kong --out certs
wants_status 0
gatewayctl certs verify --ca certs/ca.crt --cert certs/cert.pem --key certs/cert.key
wants_status 0
wants "openssl: $(openssl verify -x509_strict -CAfile certs/ca.crt certs/cert.pem 2>&1)" \
  openssl verify -x509_strict -CAfile certs/ca.crt certs/cert.pem >verify.out
for version in 1.2 1.3; do
  mtls / --tls-max "$version" --tlsv"$version"
  wants_code 200
  wants_json '.name == "web"'
done
openssl s_client -connect "$network.3:20000" -cert certs/cert.pem -key certs/cert.key -CAfile certs/ca.crt -showcerts \
  -alpn h2,http/1.1 </dev/null >s_client 2>&1 || true
wants "the sidecar's chain verifies" grep -q 'Verify return code: 0' s_client
wants "no protocol is agreed on" grep -q 'No ALPN negotiated' s_client
openssl x509 -in s_client -noout -ext subjectAltName >name
wants "it is web" grep -qE 'URI:spiffe://[0-9a-f-]{36}\.consul/ns/default/dc/dc1/svc/web$' name

it "who is no member is not let in"
mtls / --tls-max 1.1 --tlsv1.1 --ciphers DEFAULT@SECLEVEL=0
wants "TLS 1.1" test -z "$code"
run curl -sS --max-time 20 --insecure "https://$network.3:20000/"
wants "no certificate: status $status" test "$status" -ne 0
wants_silence out
run curl -sS --max-time 20 "http://$network.3:20000/"
wants "no TLS: status $status" test "$status" -ne 0
authority foreign
leaf evil "$(sed 's/^ *//' name | tail -1)" foreign
run curl -sS --max-time 20 --insecure --cert evil.crt --key evil.key "https://$network.3:20000/"
wants "a foreign authority: status $status" test "$status" -ne 0
wants_silence out

it "intentions, as Consul's own CLI words them"
mesh intention list
wants_status 0
mesh intention create --deny kong web
wants_status 0
wants_out 'Created: kong => web (deny)'
mesh intention create --deny kong web
wants_status 1
wants_err 'duplicate intention found'
mesh intention check kong web
wants_status 1
wants_out Denied
mesh intention check other web
wants_status 0
wants_out Allowed
mesh intention list
wants_out kong
wants_out deny
mesh intention list --format json
wants_json 'length == 1 and .[0].source == "kong" and .[0].destination == "web" and .[0].action == "deny"'
mtls /
wants "denied: status $status" test "$status" -ne 0 -a -z "$code"
through "$network.1:9090/"
wants "an empty reply: status $status" test "$status" -eq 52
mesh intention create --allow --replace kong web
wants_status 0
mtls /
wants_code 200
mesh intention delete kong web
wants_status 0
wants_out 'Intention deleted.'
mesh intention delete kong web
wants_status 1
wants_err 'not found'
mesh intention create --deny web api
through "$network.1:9090/"
wants_code 500
wants_json '.code == 500 and .name == "web" and (has("body") | not) and .upstream_calls == [{uri: "http://localhost:9091", code: -1,
  error: "Error communicating with upstream service: Get http://localhost:9091/: EOF"}]'
wants "the order" test "$(jq -c '.upstream_calls[0] | keys_unsorted' out)" = '["uri","code","error"]'
mesh intention delete web api
through "$network.1:9090/"
wants_code 200

it "the form of Consul 1.9 is there too"
exact="connect/intentions/exact?source=kong&destination=web"
wants "true" test "$(ask "$exact" -X PUT -d '{"Action": "deny"}')" = true
ask "$exact" >out
wants_json '.Action == "deny" and .Precedence == 9 and (has("ID") | not)'
mesh intention check kong web
wants_status 1
wants "true" test "$(ask "$exact" -X PUT -d '{"Permissions": [{"Action": "allow", "HTTP": {"PathPrefix": "/"}}]}')" = true
mesh intention check kong web
wants_status 1
wants "true" test "$(ask "$exact" -X DELETE)" = true
wants "gone" test "$(ask "$exact" -o /dev/null -w '%{http_code}')" = 404

it "wrong command lines"
for wrong in "intention create --deny --allow kong web" "intention create --deny kong" "fault nonsense" \
  "fault agent sideways" "fault agent slow" "fault expire-leaf" "up --consul-listen nonsense" "up --network 10.0.0.0" "up extra"; do
  # shellcheck disable=SC2086
  mesh $wrong
  wants "status 2 of: mesh $wrong" test "$status" -eq 2
done
CONSUL_HTTP_ADDR=127.0.0.1:1 mesh intention list
wants_status 3
CONSUL_HTTP_ADDR=127.0.0.1:1 mesh fault rotate-root
wants_status 3
mesh fault expire-leaf web --for nonsense
wants_status 2

it "an address that is taken: nothing is started, and it says which and what to do"
taken() { # taken CONSUL NETWORK ADDRESS FLAG
  run "$GATEWAYCTL" mesh up --consul-listen "$1" --network "$2"
  wants_status 3
  wants_err "$3"
  wants_err "$4"
  wants_silence out
}
taken "$consul" "$(free_network)" "$consul" --consul-listen
taken 127.0.0.1:0 "$network.0" "$network." --network

it "SIGTERM and SIGINT stop all, with status 0"
stop_mesh
wants_status 0
wants_no_report err
wants "the hosts file is gone" test ! -e "$hosts"
wants "nothing is left behind: $(ls -A tmp)" test -z "$(ls -A tmp)"
start_mesh --hosts-file own-hosts --verbose
wants "where it was told to" test -s own-hosts
(exec 3<>"/dev/tcp/${consul%:*}/${consul#*:}" && sleep 60) &
pids+=("$!")
curl -sS "http://$consul/v1/connect/ca/roots?index=1000000&wait=5m" >blocked 2>&1 &
pids+=("$!")
sleep 0.3
stop_mesh INT
wants_status 0
wants_no_report err
wants "nothing is left behind: $(ls -A tmp)" test -z "$(ls -A tmp)"
finish
