#!/usr/bin/env bash
# Everything that a Consul, or what stands in its place, can say wrongly: good files stay as they are, and
# the message says what is the matter.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
set -euo pipefail
start_consul
it "begins with good files"
certs --service web --out d
wants_status 0
wants_files d web
kept d
readonly patience=$((2 * slower))s

# wants_bad MODE STATUS WORDS: WORDS is a pattern of what the message has to say.
wants_bad() {
  it "$1"
  consul_mode "$1"
  certs --service web --out d --timeout "$patience"
  wants_status "$2"
  wants "in stderr, /$3/: $(head -c 500 err)" grep -qiE -- "$3" err
  wants_kept d
  wants_silence out
  wants_no_report
  wants "a short message: $(wc -c <err) bytes" test "$(wc -c <err)" -le 2000
  wants "no key in it" test "$(grep -c 'PRIVATE KEY' err || true)" -eq 0
  wants "plain text, one line a fact" test "$(LC_ALL=C grep -caP '[\x00-\x08\x0b-\x1f\x7f]|^time=2026.*forged|^level=info event=forged' err || true)" -eq 0
  # And where there is nothing yet, nothing comes.
  certs --service web --out fresh --timeout "$patience"
  wants_status "$2"
  wants "nothing written: $(ls -A fresh 2>/dev/null)" test -z "$(ls -A fresh 2>/dev/null)"
  rm -rf fresh
}

# What was had, and does not verify.
wants_bad wrong-key 1 'key'
wants_bad expired-leaf 1 'expired|not valid'
wants_bad future-leaf 1 'not yet valid|not valid'
wants_bad other-service 1 'web'
wants_bad foreign-root 1 'root|issuer|trust|verif'

# What could not be had.
wants_bad truncated-json 3 'json'
wants_bad not-json 3 'json'
wants_bad html 3 'json|html'
wants_bad wrong-shape 3 'roots|json|CertPEM'
wants_bad no-roots 3 'root'
wants_bad newlines 3 'root|certificate|PEM|JSON'
wants_bad garbage-leaf 3 'certificate|PEM'
wants_bad nul-header 3 'header|nul|answer|reply'
wants_bad http-404 3 '404'
wants_bad http-500 3 'failed to get conn'
wants_bad http-429 3 'Rate limit|429'
wants_bad http-forged 3 'first'
wants_bad no-connect 3 'Connect'
wants_bad not-bootstrapped 3 'bootstrapped'
wants_bad redirect 3 '301|redirect'
wants "not followed" test "$(requests '.path | startswith("/redirected")')" -eq 0
wants_bad drop 3 "$CONSUL_HTTP_ADDR"

it "one that does not answer is given up in time"
consul_mode hang
for limit in 1s 500ms; do
  began=$(date +%s%3N)
  certs --service web --service kong --out d2 --timeout "$limit"
  elapsed=$(($(date +%s%3N) - began))
  wants_status 3
  wants "after $elapsed ms of $limit" test "$elapsed" -le $((1000 * (1 + stall) + 2000 * slowness))
  wants_err "$CONSUL_HTTP_ADDR"
  wants_kept d
  wants "nothing written" test ! -e d2/web/cert.pem
done
wants_bad hang 3 'time|answer'

it "one that is slow gets its time, and no more"
consul_mode slow
certs --service web --out slow --timeout $((10 * slowness))s
wants_status 0
certs --service a --service b --service c --service d --out slower --timeout 2s
wants_status 3
wants "nothing written: $(ls -A slower 2>/dev/null)" test -z "$(ls -A slower 2>/dev/null)"

# peak COMMAND...: its peak of memory in kB into the file peak.
peak() { python3 -c '
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
with open("peak", "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)' "$@"; }
for mode in huge deep; do
  it "$mode: neither memory nor time without bounds"
  consul_mode "$mode"
  began=$(date +%s%3N)
  run peak timeout -k 5 $((60 * slowness)) "$GATEWAYCTL" certs fetch --service web --out d
  elapsed=$(($(date +%s%3N) - began))
  wants_status 3
  wants_no_report
  wants_kept d
  wants "after $elapsed ms" test "$elapsed" -le $((1000 * stall + 10000 * slowness))
  wants "took $(cat peak) kB" test "$(cat peak)" -le $((slowness > 1 ? 2000000 : 150000))
done
wants_bad huge 3 'large|big|long|limit'
wants_bad deep 3 'deep|nest|json'

it "indexes do not matter to who asks once"
for mode in index-backwards index-zero no-index spin; do
  consul_mode "$mode"
  certs --service web --out "$mode"
  wants_status 0
  wants_files "$mode" web
done

it "all is well again"
consul_mode good
certs --service web --out d
wants_status 0
wants_files d web

it "one of several is bad: what becomes of the others is the same, each time"
certs --service web --service kong --out many
wants_status 0
kept many
consul_mode wrong-key
certs --service web --service kong --out many
wants_status 1
wants_kept many
finish
