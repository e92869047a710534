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
  share/doc/gatewayctl/copyright lib/systemd/system/gatewayctl.service \
  etc/gatewayctl/kong.yml etc/gatewayctl/kong.conf; do
  wants "$file is installed" test -s "usr/$file"
done
run usr/bin/gatewayctl --version
wants_status 0

it "a second install leaves a config alone that somebody has changed"
echo '# mine' >>usr/etc/gatewayctl/kong.yml
run cmake --install "$BUILD" --prefix "$work/usr"
wants_status 0
wants "the change is there" grep -q '# mine' usr/etc/gatewayctl/kong.yml

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
wants_out ./usr/lib/systemd/system/gatewayctl.service
wants_out ./etc/logrotate.d/gatewayctl
wants "files of root" test -z "$(awk '$2 != "root/root"' out)"

it "the package holds a program that runs"
run dpkg-deb -x "$deb" unpacked
run unpacked/usr/bin/gatewayctl --version
wants_status 0

it "what an administrator changes in /etc survives an upgrade"
run dpkg-deb -e "$deb" control
find unpacked/etc -type f | sed 's/^unpacked//' | sort >etc.files
sort control/conffiles >etc.conffiles
run diff etc.files etc.conffiles
wants_status 0

it "the config that comes with the service can be served"
sed 's#/var/log/gatewayctl#'"$work"'#' unpacked/etc/gatewayctl/kong.conf >kong.conf
gatewayctl serve -t -c unpacked/etc/gatewayctl/kong.yml --kong-conf kong.conf
wants_status 0
wants_silence err

it "installing starts nothing"
run dpkg-deb --ctrl-tarfile "$deb"
wants "no scripts of the maintainer" test -z "$(find control -type f ! -name conffiles ! -name control ! -name md5sums)"

if command -v systemd-analyze >/dev/null; then
  it "systemd understands the service"
  unit=unpacked/usr/lib/systemd/system/gatewayctl.service
  # The program stands where the package was unpacked, not where the unit looks for it.
  sed "s#^ExecStart=gatewayctl#ExecStart=$work/unpacked/usr/bin/gatewayctl#" "$unit" >gatewayctl.service
  run systemd-analyze verify --man=no ./gatewayctl.service
  wants_status 0
  wants_silence err
fi

finish
