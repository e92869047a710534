#!/usr/bin/env bash
# Manual pages and completion scripts: committed, equal to what the program prints, and working.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

it "man/ and completions/ are what the program prints (else: cmake --build build/ci -t regenerate)"
"$SOURCE/cmake/regenerate" "$GATEWAYCTL" "$work/fresh"
run diff -r "$SOURCE/man" fresh/man
wants_status 0
run diff -r "$SOURCE/completions" fresh/completions
wants_status 0

it "every option that --help shows stands in the command's manual page"
for page in $("$GATEWAYCTL" man --list); do
  name=${page#gatewayctl}
  read -ra words <<<"${name//-/ }"
  "$GATEWAYCTL" "${words[@]}" --help | grep -oE '^  +(-[a-zA-Z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+' >options
  for option in $(cat options); do
    run grep -F -- "${option//-/\\-}" "fresh/man/$page.1"
    wants_status 0
  done
done

it "the pages are clean roff"
for page in fresh/man/*.1; do
  run groff -man -Tutf8 -ww -z "$page"
  wants_silence err
done

it "an unknown page is refused"
gatewayctl man gatewayctl-nonsense
wants_status 2

# completes WORDS...: what bash offers for the last word.
completes() {
  run env COMP_LINE="$*" bash -c '
    source fresh/completions/gatewayctl.bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _gatewayctl 2>/dev/null
    printf "%s\n" "${COMPREPLY[@]}"' completes "$@"
}

it "bash completes commands, options, values and files"
completes gatewayctl va
wants_out validate
completes gatewayctl config ""
wants_out schema
wants_out convert
completes gatewayctl validate --st
wants_out --strict
completes gatewayctl validate --format j
wants_out json
wants_out junit
completes gatewayctl validate --format = sa
wants_out sarif
completes gatewayctl completion f
wants_out fish
touch kong.yml
completes gatewayctl validate ko
wants_out kong.yml
completes gatewayctl replay -c ko
wants_out kong.yml

if command -v zsh >/dev/null; then
  it "zsh reads its script"
  run zsh -fn fresh/completions/_gatewayctl
  wants_status 0
  wants_silence err
  run zsh -fc 'fpath=(fresh/completions $fpath); autoload -Uz compinit; compinit -u -D
    print -r -- ${_comps[gatewayctl]}'
  wants_out _gatewayctl
fi

if command -v fish >/dev/null; then
  it "fish completes commands, values and files"
  export HOME=$work
  fish_completes() {
    run fish --no-config -c "source fresh/completions/gatewayctl.fish; complete -C '$1'"
    wants_status 0
  }
  fish_completes 'gatewayctl va'
  wants_out validate
  fish_completes 'gatewayctl config '
  wants_out schema
  fish_completes 'gatewayctl validate --format j'
  wants_out json
  fish_completes 'gatewayctl validate --str'
  wants_out --strict
fi

finish
