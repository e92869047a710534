#!/usr/bin/env bash
# certs show, verify and needs-renewal, on certificates as Consul makes them and on others.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

web=spiffe://td.consul/ns/default/dc/dc1/svc/web
quietly() { "$@" >openssl.log 2>&1 || { cat openssl.log && return 1; }; }

# ca NAME [ISSUER]: NAME.pem and NAME.key, signed by ISSUER or by itself, for ten years.
ca() {
  printf '%s\n' "basicConstraints=critical,CA:TRUE" "subjectKeyIdentifier=hash" \
    "keyUsage=critical,digitalSignature,keyCertSign,cRLSign" >"$1.ext"
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  sign "$1" "/CN=pri-$1.consul.ca.td.consul" "${2:-}" -days 3652
}
# leaf NAME ISSUER [ALTERNATIVE-NAMES] [PURPOSES] [DAYS...]
leaf() {
  printf '%s\n' "basicConstraints=critical,CA:FALSE" "subjectKeyIdentifier=hash" \
    "keyUsage=critical,digitalSignature,keyEncipherment,dataEncipherment,keyAgreement" \
    "extendedKeyUsage=${4:-clientAuth,serverAuth}" "subjectAltName=${3:-URI:$web}" >"$1.ext"
  [[ -f $1.key ]] || openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  chmod 600 "$1.key"
  sign "$1" "/CN=$1.svc.default.td.consul" "$2" "${@:5}"
}
sign() { # sign NAME SUBJECT ISSUER DAYS...
  local issuer=${3:-$1}
  local from=(-CA "$issuer.pem" -CAkey "$issuer.key")
  [[ $issuer != "$1" ]] || from=(-signkey "$1.key")
  quietly openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  quietly openssl x509 -req -in "$1.csr" "${from[@]}" -set_serial "0x0$((RANDOM % 9 + 1))" -sha256 \
    -extfile "$1.ext" -out "$1.pem" "${@:4}"
}
# dated NAME START END: NAME's request signed again by root, between two moments (YYYYMMDDHHMMSSZ).
dated() {
  mkdir -p db && : >db/index && printf '10\n' >db/serial
  cat >db/conf <<C
[ca]
default_ca = own
[own]
database = db/index
serial = db/serial
new_certs_dir = db
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = optional
C
  quietly openssl ca -batch -config db/conf -cert root.pem -keyfile root.key -in "$1.csr" \
    -extfile "$1.ext" -startdate "$2" -enddate "$3" -notext -out "$1.pem"
}
verify() { gatewayctl certs verify "$@"; }
# No line of a key's text stands in what the program wrote.
wants_no_key() {
  local key line
  for key in *.key mesh/*.key mesh/*/*.key; do
    [[ -f $key ]] || continue
    while read -r line; do
      [[ ${#line} -lt 20 || $line == -----* ]] || wants "no key in the output" \
        test -z "$(grep -F -- "$line" out err || true)"
    done <"$key"
  done
}

ca root
ca foreign
ca middle root
leaf web root "" "" -days 3
leaf chained middle "" "" -days 3
leaf api root URI:spiffe://td.consul/ns/default/dc/dc1/svc/api "" -days 3
leaf server root "" serverAuth -days 3
leaf two root "URI:$web,URI:spiffe://td.consul/other" "" -days 3
openssl genrsa -out rsa.key 2048 2>openssl.log
leaf rsa root "DNS:web.test,URI:$web" "" -days 3
leaf past root
dated past 20200101000000Z 20200104000000Z
leaf future root
dated future 20900101000000Z 20900104000000Z
cat chained.pem middle.pem >chain.pem
openssl pkcs8 -topk8 -in web.key -passout pass:sesame -out encrypted.key
openssl ecparam -name prime256v1 -genkey -out params.key
for i in {1..33}; do cat web.pem; done >many.pem
head -c 300 web.pem >cut.pem
printf 'no certificate\n' >garbage.pem
: >empty.pem
openssl x509 -in web.pem -outform DER -out der.crt

it "verify says that each check has passed"
verify --ca root.pem --cert web.pem --key web.key --spiffe "$web"
wants_status 0
wants_silence err
for check in chain validity key purpose spiffe; do wants "$check is ok" grep -qE "^$check +ok " out; done
wants_no_key
verify --ca root.pem --cert web.pem
wants_status 0
wants "key was not asked for" test -z "$(grep -E '^(key|spiffe)' out || true)"
verify --ca root.pem --cert rsa.pem --key rsa.key --spiffe "spiffe://TD.CONSUL${web#spiffe://td.consul}"
wants_status 0
verify --ca root.pem --cert chain.pem --key chained.key --spiffe "spiffe://${web#spiffe://td.consul}"
wants_status 0
cat foreign.pem root.pem >bundle.pem
verify --ca bundle.pem --cert web.pem
wants_status 0

# fails CHECK WORDS ARGUMENTS...: only that check fails, with these words, in both formats.
fails() {
  verify "${@:3}"
  wants_status 1
  wants_silence err
  wants "only $1 fails" test "$(grep -cE '^[a-z]+ +FAILED' out)" -eq 1
  wants "$1 fails" grep -qE "^$1 +FAILED" out
  wants_out "$2"
  wants_no_key
  verify --format json "${@:3}"
  wants_status 1
  wants_json ".verified == false and ([.checks[] | select(.passed | not) | .check] == [\"$1\"])"
}
it "verify names the one check that failed, why, and what to do"
fails chain "is an intermediate missing" --ca root.pem --cert chained.pem --key chained.key
fails chain "roots of another mesh" --ca foreign.pem --cert web.pem --key web.key --spiffe "$web"
fails validity "expired 2020-01-04T00:00:00Z" --ca root.pem --cert past.pem --key past.key
fails validity "is this machine's clock right?" --ca root.pem --cert future.pem --key future.key
fails key "does not belong to the first certificate" --ca root.pem --cert web.pem --key api.key
fails key "RSA 2048" --ca root.pem --cert web.pem --key rsa.key --spiffe "$web"
fails purpose "a TLS client" --ca root.pem --cert server.pem --key server.key
fails spiffe "belongs to somebody else" --ca root.pem --cert api.pem --spiffe "$web"
fails spiffe "another mesh" --ca root.pem --cert web.pem --spiffe spiffe://x.consul/ns/default/dc/dc1/svc/web
fails spiffe "2 URI names" --ca root.pem --cert two.pem --spiffe "$web"
verify --ca foreign.pem --cert past.pem --key api.key --spiffe "$web"
wants_status 1
wants "every fault is told" test "$(grep -c FAILED out)" -eq 3

it "verify takes an EC key with its parameters before it"
leaf params root "" "" -days 3
verify --ca root.pem --cert params.pem --key params.key
wants_status 0

it "what verify cannot read is status 3, with its name and the reason"
for file in missing.pem garbage.pem empty.pem cut.pem many.pem der.crt web.key .; do
  verify --ca "$file" --cert web.pem
  wants_status 3
  wants_err "$file: "
  wants_silence out
  verify --ca root.pem --cert "$file"
  wants_status 3
  wants_err "$file: "
done
verify --ca root.pem --cert web.pem --key encrypted.key </dev/null
wants_status 3
wants_err "encrypted"
wants_no_key
verify --ca root.pem --cert web.pem --key web.pem
wants_status 3
wants_err "web.pem: no readable private key"

it "a wrong command line is status 2 before any file is looked at"
verify --cert missing.pem
wants_status 2
wants_err "--ca"
verify --ca missing.pem
wants_status 2
wants_err "--cert"
verify --ca missing.pem --cert missing.pem --spiffe web
wants_status 2
wants_err "SPIFFE"
gatewayctl certs show
wants_status 2
gatewayctl certs needs-renewal missing.pem --before soon
wants_status 2
wants_err "--before"
gatewayctl certs needs-renewal missing.pem --before -1h
wants_status 2
gatewayctl certs
wants_status 2

it "show tells what a certificate says"
gatewayctl certs show rsa.pem
wants_status 0
wants_silence err
wants_out "subject     CN=rsa.svc.default.td.consul"
wants_out "SPIFFE ID   $web"
wants_out "DNS name    web.test"
wants_out "issuer      CN=pri-root.consul.ca.td.consul"
wants_out "expires in 2 d 23 h"
wants_out "key         RSA 2048"
wants_out "purpose     client, server"
fingerprint=$(openssl x509 -in rsa.pem -noout -fingerprint -sha256 | cut -d= -f2 | tr A-Z a-z)
wants_out "SHA-256     $fingerprint"
serial=$(openssl x509 -in rsa.pem -noout -serial | cut -d= -f2)
wants "the serial is OpenSSL's" grep -qiE "serial +$serial$" out
gatewayctl certs show past.pem future.pem chain.pem
wants_status 0
wants_out "expired "
wants_out "begins in "
wants_out "CA certificate 2 of 2"
wants "no escape sequence" test -z "$(grep $'\x1b' out || true)"
gatewayctl certs show --color always past.pem
wants_out $'\x1b[1;31mexpired'
gatewayctl certs show - <web.pem
wants_status 0
wants_out "$web"

it "show as JSON"
gatewayctl certs show --format json chain.pem past.pem
wants_status 0
wants_json ".files[0].certificates | length == 2"
wants_json ".files[0].certificates[0].spiffe_id == \"$web\""
wants_json ".files[0].certificates[0].validity == \"valid\" and .files[0].certificates[1].is_ca"
wants_json ".files[1].certificates[0].not_after == \"2020-01-04T00:00:00Z\""
wants_json ".files[1].certificates[0].expires_in < 0 and .files[1].private_key == null and .errors == []"

it "show tells of a key what it is, and never the key"
cat web.key web.pem >both.pem
chmod 600 both.pem
gatewayctl certs show both.pem
wants_status 0
wants_out "private key"
wants_out "belongs     to both.pem"
wants_no_key
gatewayctl certs show web.key
wants_status 3
wants_out "EC P-256"
wants_err "no certificate in it"
wants_no_key
gatewayctl certs show --format json web.pem encrypted.key
wants_json '.files[1].private_key.problem | contains("encrypted")'
wants_no_key

it "show looks through a folder as fetch writes it"
mkdir -p mesh/web mesh/api empty
for name in web api; do
  cp root.pem "mesh/$name/ca.crt"
  cp "$name.pem" "mesh/$name/cert.pem"
  cp web.key "mesh/$name/cert.key"
  chmod 600 "mesh/$name/cert.key"
done
chmod 640 mesh/web/cert.key
gatewayctl certs show mesh
wants_status 0
wants_out "mesh/web/ca.crt"
wants_out "belongs     to mesh/web/cert.pem"
wants_out "belongs     not to mesh/api/cert.pem"
wants_out "0640, wider than 0600: chmod 600 mesh/web/cert.key"
wants_no_key
gatewayctl certs show --format json mesh
wants_json '[.files[] | select(.private_key) | .private_key | [.belongs, .mode]] == [[false,"0600"],[true,"0640"]]'

it "what show cannot read is status 3, and the rest is shown all the same"
for file in missing.pem garbage.pem empty.pem cut.pem many.pem der.crt empty; do
  gatewayctl certs show "$file" web.pem
  wants_status 3
  wants_err "gatewayctl: $file: "
  wants_out "$web"
  gatewayctl certs show --format json "$file"
  wants_status 3
  wants_json '.files == [] and (.errors | length == 1)'
done
gatewayctl certs show der.crt
wants_err "-inform DER"

it "needs-renewal is 0 until it is time, then 1"
gatewayctl certs needs-renewal web.pem
wants_status 0
wants_out "web.pem: expires "
wants "one line" test "$(wc -l <out)" -eq 1
gatewayctl certs needs-renewal web.pem --before 71h
wants_status 0
gatewayctl certs needs-renewal web.pem --before 3d
wants_status 1
wants_out "web.pem: due: it expires "
gatewayctl certs needs-renewal past.pem --before 0s
wants_status 1
wants_out "it expired 2020-01-04T00:00:00Z"
gatewayctl certs needs-renewal root.pem --before 720h
wants_status 0
gatewayctl certs needs-renewal both.pem
wants_status 0

it "needs-renewal of a folder goes by the first to end"
gatewayctl certs needs-renewal mesh
wants_status 0
cp past.pem mesh/api/cert.pem
gatewayctl certs needs-renewal mesh
wants_status 1
wants_out "mesh/api/cert.pem: due"
gatewayctl certs needs-renewal mesh/web
wants_status 0

it "what needs-renewal cannot read is status 3, never 'not due'"
for file in missing.pem garbage.pem empty.pem cut.pem many.pem web.key empty; do
  gatewayctl certs needs-renewal "$file"
  wants_status 3
  wants_err "$file: "
  wants_silence out
done
printf 'broken\n' >mesh/api/cert.pem
gatewayctl certs needs-renewal mesh
wants_status 3

it "output that cannot be written is status 3"
if [[ -w /dev/full ]]; then
  command=(certs needs-renewal to /dev/full)
  status=0
  "$GATEWAYCTL" certs needs-renewal web.pem >/dev/full 2>err || status=$?
  wants_status 3
fi

finish
