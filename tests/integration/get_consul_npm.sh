#!/usr/bin/env bash
# Prints the folder with the `consul` client of npm, 2.0.1, in its node_modules; installed below BUILD by npm.
# Exit 77 where there is none to be had.
set -euo pipefail
: "${BUILD:?}"
readonly folder=$BUILD/consul-npm wanted=consul@2.0.1
none() {
  printf 'no %s to be had: %s\n' "$wanted" "$1" >&2
  exit 77
}
for tool in node npm; do
  command -v "$tool" >/dev/null || none "there is no $tool"
done
works() { (cd "$folder" 2>/dev/null && node -e 'new (require("consul"))()') 2>/dev/null; }
if ! works; then
  mkdir -p "$folder"
  (cd "$folder" && timeout 120 npm install --no-audit --no-fund --ignore-scripts --no-save --prefix . "$wanted") >"$folder/log" 2>&1 ||
    none "$(tail -n 1 "$folder/log")"
  works || none "it does not run here"
fi
printf '%s\n' "$folder"
