#!/usr/bin/env bash
# Each file of broken/ is named by the code that it provokes. The finding has to come at the line that
# the file marks with `# here`, and its severity has to decide the exit status.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail
cp -r "$SOURCE/tests/integration/broken" .

for file in broken/GW*; do
  code=${file#broken/}
  code=${code%%-*}
  read -ra flags <<<"$(sed -n 's/^# flags: //p' "$file")"
  line=$({ grep -n "# here" "$file" || true; } | head -1 | cut -d: -f1)

  it "$file is found at its line"
  gatewayctl validate --format json "${flags[@]}" "$file"
  finding="[.diagnostics[] | select(.code == \"$code\"${line:+ and .line == $line})]"
  wants_json "$finding | length >= 1"
  severity=$(jq -r "$finding[0].severity" out)

  it "$file decides the status by its severity"
  case $severity in
    error) wants_status 1 ;;
    warning)
      wants_status 0
      gatewayctl validate --strict "${flags[@]}" "$file"
      wants_status 1
      ;;
    note)
      wants_status 0
      gatewayctl validate --strict "${flags[@]}" "$file"
      wants_status 0
      ;;
  esac

  it "$file can be told to be no matter"
  gatewayctl validate --format json --ignore "$code" "${flags[@]}" "$file"
  wants_json "[.diagnostics[] | select(.code == \"$code\")] == []"
done

it "no code is without a file here, but for those whose files are made by hostile.sh and unit tests"
# Too large, not UTF-8, control characters, too many aliases, values or objects; certificates that
# have expired or do not fit; and a file that is not there, which is out of reach (replay.sh).
made="GW1714 GW1001 GW1002 GW1003 GW1007 GW1016 GW1017 GW1211 GW1212 GW1213 GW1613"
for code in $("$GATEWAYCTL" man gatewayctl-validate | grep -oE '^\\fBGW[0-9]{4}' | cut -c4-); do
  [[ " $made " == *" $code "* ]] && continue
  files=(broken/"$code"-*)
  wants "$code has a file in broken/" test -e "${files[0]}"
done

finish
