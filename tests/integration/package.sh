#!/usr/bin/env bash
# cmake --install and the Debian package.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

it "cmake --install brings the program, its manual, its completions and its papers"
run cmake --install "$BUILD" --prefix "$work/usr"
wants_status 0
for file in bin/gatewayctl share/man/man1/gatewayctl.1 share/man/man1/gatewayctl-replay.1 \
  share/bash-completion/completions/gatewayctl share/fish/vendor_completions.d/gatewayctl.fish \
  share/zsh/site-functions/_gatewayctl share/doc/gatewayctl/README.md \
  share/doc/gatewayctl/copyright; do
  wants "$file is installed" test -s "usr/$file"
done
run usr/bin/gatewayctl --version
wants_status 0

it "cpack makes a Debian package that names the libraries it needs"
run cpack -G DEB --config "$BUILD/CPackConfig.cmake" -B "$work/deb"
wants_status 0
deb=$(echo deb/gatewayctl_*.deb)
run dpkg-deb -f "$deb" Package Depends Description
wants_out "Package: gatewayctl"
for library in libc6 libssl3 libyaml-cpp0.7 libpcre2-8-0; do wants_out "$library"; done
run dpkg-deb -c "$deb"
wants_out ./usr/bin/gatewayctl
wants_out ./usr/share/man/man1/gatewayctl-validate.1
wants_out ./usr/share/zsh/vendor-completions/_gatewayctl
wants "files of root" test -z "$(awk '$2 != "root/root"' out)"

it "the package holds a program that runs"
run dpkg-deb -x "$deb" unpacked
run unpacked/usr/bin/gatewayctl --version
wants_status 0

finish
