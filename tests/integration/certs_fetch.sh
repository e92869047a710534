#!/usr/bin/env bash
# `certs fetch` as who keeps a gateway meets it: the three files, that they are switched in one step, and
# what becomes of those that stood there before.
source "$(dirname "${BASH_SOURCE[0]}")/consul_lib.sh"
set -euo pipefail
start_consul

it "writes the roots, the leaf with its chain, and the key"
umask 022
certs --service web --out d
wants_status 0
wants_files d web
wants "all roots: one" test "$(roots_in d/ca.crt)" -eq 1
wants "one line" test "$(wc -l <out)" -eq 1
wants_out web
wants_out d
expires=$(date -u -d "$(openssl x509 -in d/cert.pem -noout -enddate | cut -d= -f2)" +%Y-%m-%d)
wants "its expiry, $expires: $(cat out)" grep -qF "$expires" out
wants_silence err
wants "the agent's own key: SEC1" grep -q 'BEGIN EC PRIVATE KEY' d/cert.key
wants "the key it handed out" test "$(consul_get 'key?service=web')" = "$(cat d/cert.key)"

it "keeps the key to its owner, in a folder where others may read the certificate"
wants "0600, not $(stat -Lc %a d/cert.key)" test "$(stat -Lc %a d/cert.key)" = 600
wants "0755, not $(stat -Lc %a d/..pair)" test "$(stat -Lc %a d/..pair)" = 755

it "touches nothing where nothing has changed, and has nothing issued anew"
kept d
consul_get log >log
certs --service web --out d
wants_status 0
wants_kept d
wants "one line" test "$(wc -l <out)" -eq 1
wants_out unchanged
wants_out web
wants "no blocking request, which might renew it" test "$(requests '(.path | test("leaf")) and (.query | test("index="))')" -eq 0

it "says that a leaf which will soon end was issued anew"
consul_do 'expire?service=web'
certs --service web --out d
wants_status 0
wants_files d web
wants "another certificate: $(cat out)" test -z "$(grep unchanged out || true)"

it "has all roots after a rotation, and the chain"
consul_do rotate
consul_do 'reissue?service=web'
before=$(readlink d/..pair)
certs --service web --out d
wants_status 0
wants_files d web
wants "both roots" test "$(roots_in d/ca.crt)" -eq 2
wants "leaf and cross-certificate" test "$(roots_in d/cert.pem)" -eq 2
wants "another folder than $before" test "$(readlink d/..pair)" != "$before"

it "follows new roots alone, and leaves the pair"
before=$(readlink d/..pair) was=$(stat -Lc %i d/cert.pem)
consul_do rotate
certs --service web --out d
wants_status 0
wants "three roots" test "$(roots_in d/ca.crt)" -eq 3
wants "the same pair" test "$(readlink d/..pair) $(stat -Lc %i d/cert.pem)" = "$before $was"
wants "not unchanged: $(cat out)" test -z "$(grep unchanged out || true)"
wants_files d web

it "makes the folder, and those above it"
certs --service web --out new/er/folder
wants_status 0
wants_files new/er/folder web
wants "as everybody's: $(stat -c %a new/er/folder)" test "$(stat -c %a new/er/folder)" = 755

it "has a folder for each of several services"
certs --service web --service kong --service api --out many
wants_status 0
for service in web kong api; do
  wants_files "many/$service" "$service"
  wants "a line for $service: $(cat out)" test "$(grep -c "\b$service\b" out)" -eq 1
done
wants "nothing else" test "$(ls -A many | tr '\n' ' ')" = "api kong web "
kept many
certs --service web --service kong --service api --out many
wants_status 0
wants_kept many
wants "three times: $(cat out)" test "$(grep -c unchanged out)" -eq 3

it "one of several changes: only that one is touched"
consul_do 'reissue?service=kong'
kept many/web
certs --service web --service kong --out many
wants_status 0
wants_kept many/web
wants_files many/kong kong
wants "kong has changed: $(cat out)" test "$(grep unchanged out | grep -c kong || true)" -eq 0

it "writes into the current folder when told no other"
mkdir here
in_there() { cd here && "$GATEWAYCTL" certs fetch --service web; }
run eval '(in_there)'
wants_status 0
wants_files here web

it "goes on after it was killed half-way: what is left over is removed"
mkdir d/..pair.9999.left-over
printf 'half' >d/..pair.9999.left-over/cert.pem
consul_do 'reissue?service=web'
certs --service web --out d
wants_status 0
wants_files d web

it "repairs what somebody has damaged"
rm d/cert.key
certs --service web --out d
wants_status 0
wants_files d web
printf 'x' >d/ca.crt
certs --service web --out d
wants_status 0
wants_files d web
rm -rf d/..pair*
certs --service web --out d
wants_status 0
wants_files d web
chmod 644 d/..pair/cert.key
certs --service web --out d
wants_status 0
wants "the key is private again: $(stat -Lc %a d/cert.key)" test "$(stat -Lc %a d/cert.key)" = 600

it "nothing is too wide, and nothing does not fit, while it runs"
umask 000
mkdir -m 777 wide
certs --service web --out wide
start_looking wide
for _ in {1..8}; do
  consul_do 'reissue?service=web'
  certs --service web --out wide
  wants_status 0
done
consul_do rotate
consul_do 'reissue?service=web'
certs --service web --out wide
wants_status 0
wants_nothing_seen
wants_files wide web
umask 022

it "takes over what stands there as plain files, with no moment of mismatch"
for round in 1 2 3 4; do
  mkdir "plain$round"
  consul_do 'reissue?service=web'
  consul_get 'sidecar?service=web' >one
  sed '/EC PRIVATE/,$d' one >"plain$round/cert.pem"
  sed -n '/EC PRIVATE/,$p' one >"plain$round/cert.key"
  consul_get ca.pem >"plain$round/ca.crt"
  chmod 640 "plain$round/cert.key"
  wants "belong together" test "$(openssl x509 -in "plain$round/cert.pem" -noout -pubkey)" = "$(public_of "plain$round/cert.key")"
  chmod 600 "plain$round/cert.key"
  start_looking "plain$round"
  certs --service web --out "plain$round"
  wants_status 0
  wants_nothing_seen
  wants_files "plain$round" web
done

it "takes over when a link leads elsewhere: what it leads to is not touched"
mkdir linked elsewhere
printf 'mine\n' >elsewhere/file
ln -s ../elsewhere/file linked/cert.pem
ln -s ../elsewhere/file linked/cert.key
ln -s ../elsewhere/file linked/ca.crt
certs --service web --out linked
wants_status 0
wants_files linked web
wants "not written through: $(head -1 elsewhere/file)" test "$(cat elsewhere/file)" = mine

it "says what is wrong where it cannot write, and leaves nothing half done"
printf 'a file\n' >file
certs --service web --out file/below
wants_status 3
wants_err file/below
certs --service web --out file
wants_status 3
wants_err file
wants "untouched" test "$(cat file)" = "a file"
mkdir -p taken/cert.pem
certs --service web --out taken
wants_status 3
wants_err taken
wants "nothing half written: $(ls -A taken | tr '\n' ' ')" test -z "$(find taken -name '*.key' -o -name '..pair*')"
if [[ $(id -u) != 0 ]]; then
  mkdir -m 555 closed
  certs --service web --out closed
  wants_status 3
  wants_err closed
  wants "nothing written" test -z "$(ls -A closed)"
elif [[ -d /proc/self ]]; then
  # Root may write everywhere, but not there.
  certs --service web --out /proc/self/nowhere
  wants_status 3
  wants_err /proc/self/nowhere
fi

it "keeps what it had where the disk is full"
if [[ -w /dev/full ]] && mkdir tiny && mount -t tmpfs -o size=16k tmpfs tiny 2>/dev/null; then
  certs --service web --out tiny
  head -c 100k /dev/zero >tiny/filler 2>/dev/null || true
  was=$(serial tiny/cert.pem)
  consul_do 'reissue?service=web'
  certs --service web --out tiny
  wants_status 3
  wants_err tiny
  rm tiny/filler
  wants_files tiny web
  wants "the same" test "$(serial tiny/cert.pem)" = "$was"
  umount tiny
fi

# ended_by SIGNAL STATUS
ended_by() {
  consul_get log >log
  "$GATEWAYCTL" certs fetch --service web --out hung --timeout $((60 * slowness))s >out 2>err </dev/null &
  local fetcher=$! began
  pids+=("$fetcher")
  wants "it asks" until_true 10 is_asked
  began=$SECONDS
  command=(kill "-$1" "$fetcher")
  kill "-$1" "$fetcher"
  status=0
  wait "$fetcher" || status=$?
  forget "$fetcher"
  wants_status "$2"
  wants "at once, not after $((SECONDS - began)) s" test $((SECONDS - began)) -lt $((20 * slowness))
  wants "nothing made" test ! -e hung
}
is_asked() { test "$(requests '.path | test("leaf")')" -ge 1; }

it "SIGTERM ends a certs fetch whose agent hangs at once"
consul_mode hang
ended_by TERM 143
consul_mode good

it "refuses what no file system and no URL should get"
for name in .. . a/b '' ../../etc $'a\nb'; do
  certs --service "$name" --out odd
  wants_status 2
  wants "nothing made: $(ls -A odd 2>/dev/null)" test ! -e odd
done
certs --out odd
wants_status 2
wants_err --service
certs --service web --service web --out odd
wants "twice is once, or refused" test "$status" -eq 0 -o "$status" -eq 2

it "a name that has to be escaped is asked for as it is"
consul_get log >log
certs --service 'a b' --out spaced
wants_status 0
wants "escaped" test "$(requests '.path == "/v1/agent/connect/ca/leaf/a%20b"')" -eq 1
wants_files spaced a%20b
finish
