#!/usr/bin/env bash
# README.md's console blocks are run as they stand, in the project's folder, and print what they say.
# Times taken and request ids differ from run to run and are not compared.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail
mkdir bin
ln -s "$GATEWAYCTL" bin/gatewayctl
export PATH="$work/bin:$PATH" NO_COLOR=1

steady() {
  sed -E -e 's/\b[0-9]+(\.[0-9]+)? ?(us|µs|ms|s)\b/TIME/g' -e 's/\b[0-9a-f]{32}\b/ID/g' "$1"
}

# Splits the blocks into one file a command: NNN.command and NNN.expected.
awk '
  /^```console$/ { inside = 1; next }
  /^```/ { inside = 0 }
  inside && sub(/^\$ /, "") { n++; name = sprintf("%03d", n); print > (name ".command"); next }
  inside && n { print > (name ".expected") }
' "$SOURCE/README.md"

for file in [0-9]*.command; do
  text=$(<"$file")
  case $text in
    ./* | sudo* | cmake*) continue ;; # set-up and builds are tested by being done
  esac
  it "README: $text"
  command=("$text")
  status=0
  (cd "$SOURCE" && bash -c "$text") >out 2>err || status=$?
  touch "${file%.command}.expected"
  cat err out >both
  steady both >came
  steady "${file%.command}.expected" >wanted
  checks=$((checks + 1))
  diff wanted came >difference || fail "$(cat difference)"
done

finish
