#!/usr/bin/env bash
# Prints the path of a Consul 1.8, Debian 11's, for tests; it is fetched by apt from the mirror that this
# machine uses, unpacked below BUILD, and not installed. Exit 77 where there is none to be had.
set -euo pipefail
: "${BUILD:?}"
folder=$BUILD/consul
binary=$folder/usr/bin/consul

none() {
  printf 'no Consul 1.8 package to be had: %s\n' "$1" >&2
  exit 77
}
works() { [[ "$("$binary" version 2>/dev/null || true)" =~ ^"Consul "v?1\.8\. ]]; }
if works; then
  printf '%s\n' "$binary"
  exit 0
fi
for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || none "there is no $tool"
done

mirrors() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(SITE)' 'Created-By: Packages' 2>/dev/null |
    sed -n '/security/d; s/^Debian //p' | sort -u || true
}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch"/{lists/partial,cache/archives/partial,parts}
: >"$scratch/status"
apt=(apt-get -qq -o Dir::State="$scratch" -o Dir::State::lists="$scratch/lists" -o Dir::State::status="$scratch/status"
  -o Dir::Cache="$scratch/cache" -o Dir::Etc::sourcelist="$scratch/sources" -o Dir::Etc::sourceparts="$scratch/parts"
  -o Acquire::Languages=none -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o APT::Sandbox::User=root)

# taken_from MIRROR
taken_from() {
  local signed=""
  [[ ! -r $keyring ]] || signed="[signed-by=$keyring] "
  printf 'deb %s%s bullseye main\n' "$signed" "$1" >"$scratch/sources"
  (cd "$scratch" && timeout 120 "${apt[@]}" update && timeout 300 "${apt[@]}" download consul) >"$scratch/log" 2>&1
}
for mirror in $(mirrors); do
  if taken_from "$mirror"; then
    mkdir -p "$folder"
    dpkg-deb -x "$scratch"/consul_*.deb "$folder"
    works || none "it does not run here"
    printf '%s\n' "$binary"
    exit 0
  fi
done
none "$(tail -n 1 "$scratch/log" 2>/dev/null || echo "apt knows no mirror")"
