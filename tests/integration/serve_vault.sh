#!/usr/bin/env bash
# Secrets that stand in files and in the environment, by {vault://...} references: looked up at the
# start and at each reload, named where they are missing, and shown nowhere.
source "$(dirname "${BASH_SOURCE[0]}")/serve_lib.sh"
set -euo pipefail

authority good
leaf backend DNS:backend.test good
for name in first second third; do leaf "$name" "DNS:$name.test" good; done
mkdir certs
use() { cp "$1.crt" certs/client.crt && cp "$1.key" certs/client.key; }
use first

mutual=$(free_port)
cat >backend.conf <<N
  ssl_certificate $work/backend.crt;
  ssl_certificate_key $work/backend.key;
  server { listen 127.0.0.1:$mutual ssl; ssl_verify_client on; ssl_client_certificate $work/good.crt;
    location / { return 200 '\$ssl_client_s_dn\n'; } }
N
start_nginx backend.conf "$mutual"

# config CERT KEY: of the certificate that is shown to the backend
config() {
  cat <<Y
_format_version: "3.0"
vaults:
- {prefix: my-env, name: env, config: {prefix: SECRET_}}
certificates:
- {id: 33333333-3333-4333-8333-333333333333, cert: '$1', key: '$2'}
services:
- {name: mutual, url: "https://127.0.0.1:$mutual", client_certificate: 33333333-3333-4333-8333-333333333333,
   routes: [{name: mutual, paths: [/mutual]}]}
Y
}
config '{vault://file/certs/client.crt}' "{vault://file/$work/certs/client.key}" >files.yml
config '{vault://env/client-pair/cert}' '{vault://my-env/client-key}' >environment.yml
is_client() { curl -sSf --max-time 5 "http://127.0.0.1:$port/mutual" | grep -qx "CN=$1"; }

it "a missing file ends the start, and the reference is named"
config '{vault://file/certs/none.crt}' '{vault://file/certs/client.key}' >missing.yml
gatewayctl serve -c missing.yml --proxy-listen 127.0.0.1:0 --admin-listen off
wants_status 3
wants_err 'certificates[0] (id 33333333-3333-4333-8333-333333333333) cert: {vault://file/certs/none.crt}: certs/none.crt: cannot open'

it "so does a missing variable"
gatewayctl serve -c environment.yml --proxy-listen 127.0.0.1:0 --admin-listen off
wants_status 3
wants_err '{vault://env/client-pair/cert}: the environment variable CLIENT_PAIR is not set'
CLIENT_PAIR='{"cert": 5}' gatewayctl serve -c environment.yml --test
wants_status 3
wants_err '{vault://my-env/client-key}: the environment variable SECRET_CLIENT_KEY is not set'

it "without a Consul agent nothing of Consul's is served"
config '{vault://consul/leaf/kong/cert}' '{vault://consul/leaf/kong/key}' >consul.yml
gatewayctl validate consul.yml
wants_status 0

it "variables hold texts, or JSON objects of them"
CLIENT_PAIR=$(jq -n --rawfile cert third.crt '{cert: $cert}')
SECRET_CLIENT_KEY=$(cat third.key)
export CLIENT_PAIR SECRET_CLIENT_KEY
start_serve environment.yml --admin-listen off --workers 1
fetch /mutual
wants_code 200
wants_out 'CN=third'
stop_serve
wants_status 0
unset CLIENT_PAIR SECRET_CLIENT_KEY
cat serve.out serve.err access.log >>logs

it "files are read at the start"
start_serve files.yml --admin-listen 127.0.0.1:0 --workers 1
fetch /mutual
wants_code 200
wants_out 'CN=first'

it "and again at each reload"
use second
kill -HUP "$pid"
until_true 10 is_client second || true
fetch /mutual
wants_out 'CN=second'

it "a reload that misses a file changes nothing, and says which"
mv certs/client.key certs/away
kill -HUP "$pid"
until_true 10 grep -q reload_refused serve.err || true
wants "the refusal names the reference" until_true 5 grep -qF "{vault://file/$work/certs/client.key}" serve.err
wants "reload_refused is logged" grep -q reload_refused serve.err
fetch /mutual
wants_out 'CN=second'
mv certs/away certs/client.key

it "the Admin API shows references, and takes them"
run curl -sS "http://$admin/certificates"
wants_json ".data[0].cert == \"{vault://file/certs/client.crt}\" and .data[0].key == \"{vault://file/$work/certs/client.key}\""
use first
run curl -sS -o out -w '%{http_code}' -F "config=@files.yml" "http://$admin/config"
until_true 10 is_client first || true
fetch /mutual
wants_out 'CN=first'
run curl -sS "http://$admin/certificates"
wants_json '.data[0].cert == "{vault://file/certs/client.crt}"'

it "the Admin API refuses a config whose references lead nowhere"
command=(curl -F config=@missing.yml)
status=0
curl -sS -o out -F "config=@missing.yml" -w '%{http_code}' "http://$admin/config" >posted 2>err || status=$?
wants "no success, got $(cat posted)" test "$(cut -c1 posted)" != 2
wants_json '.message | contains("{vault://file/certs/none.crt}")'
fetch /mutual
wants_out 'CN=first'
stop_serve
wants_status 0

it "no log has a key or a certificate"
cat serve.out serve.err access.log >>logs
for name in first second third; do
  secret=$(sed -n 2p "$name.key")
  wants "no key in the logs" test -z "$(grep -aF "$secret" logs || true)"
done
wants "no PEM in the logs" test -z "$(grep -aF -e '-----BEGIN' logs || true)"
finish
