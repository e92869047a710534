#!/usr/bin/env bash
# The lists of packages and the installer, as far as they can be tried without installing.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

it "every list has one package a line, and no package stands in two lists"
for list in "$SOURCE"/setup/packages.*; do
  sed -e 's/#.*//' -e 's/ *$//' -e '/^$/d' "$list" >names
  run grep -vE '^[a-z0-9][a-z0-9.+-]+$' names
  wants_silence out
  cat names >>all
done
sort all >sorted
run uniq -d sorted
wants_silence out

it "the build needs no compiler but g++, and nothing of the tests"
run grep -E 'clang|doctest|jq|zsh|fish' "$SOURCE/setup/packages.build"
wants_silence out

# Stand-ins, so that this test installs nothing and says what would have been asked of apt.
mkdir bin
printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/apt.log"\nexit "${APT_STATUS:-0}"\n' "$work" >bin/apt-get
printf '#!/bin/sh\nprintf "%%s" "$DPKG_SAYS"\n' >bin/dpkg-query
printf '#!/bin/sh\nexit 0\n' >bin/tee
cp bin/tee bin/chmod
cp bin/tee bin/rm
chmod +x bin/*
install_with() { run env PATH="$work/bin:$PATH" "$@" "$SOURCE/setup/install" build; }

it "leaves apt alone when everything is there"
install_with DPKG_SAYS="ii "
wants_status 0
wants "no call of apt-get" test ! -e apt.log

if [[ $EUID -eq 0 ]]; then
  it "updates first, then installs what is missing, and never removes"
  install_with DPKG_SAYS=""
  wants_status 0
  run cat apt.log
  wants_out " update"
  wants_out "--no-remove"
  wants_out "install g++ cmake"

  it "says so when apt fails"
  install_with DPKG_SAYS="" APT_STATUS=100
  wants_status 3
  wants_err "apt-get update failed"
fi

it "an unknown list is refused with the lists that there are"
run "$SOURCE/setup/install" nonsense
wants_status 3
wants_err "build dev test"

finish
