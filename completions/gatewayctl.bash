# bash completion for gatewayctl; printed by `gatewayctl completion bash`
_gatewayctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command="" i
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
      " validate") command=" validate" ;;
      " replay") command=" replay" ;;
      " serve") command=" serve" ;;
      " certs") command=" certs" ;;
      " certs fetch") command=" certs fetch" ;;
      " certs needs-renewal") command=" certs needs-renewal" ;;
      " certs show") command=" certs show" ;;
      " certs verify") command=" certs verify" ;;
      " mesh") command=" mesh" ;;
      " mesh up") command=" mesh up" ;;
      " mesh intention") command=" mesh intention" ;;
      " mesh intention create") command=" mesh intention create" ;;
      " mesh intention delete") command=" mesh intention delete" ;;
      " mesh intention list") command=" mesh intention list" ;;
      " mesh intention check") command=" mesh intention check" ;;
      " mesh fault") command=" mesh fault" ;;
      " config") command=" config" ;;
      " config schema") command=" config schema" ;;
      " config convert") command=" config convert" ;;
      " completion") command=" completion" ;;
      " man") command=" man" ;;
    esac
  done
  case "$command/$prev" in
    "/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " validate/--format")
      _gatewayctl_reply -W 'text json junit sarif github' -- "$cur"
      return
      ;;
    " validate/--ignore")
      :
      return
      ;;
    " validate/--compat")
      _gatewayctl_reply -W '2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9' -- "$cur"
      return
      ;;
    " validate/--patch")
      :
      return
      ;;
    " validate/--kong-conf")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " validate/--set")
      :
      return
      ;;
    " validate/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " replay/--config" | " replay/-c")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " replay/--compat")
      _gatewayctl_reply -W '2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9' -- "$cur"
      return
      ;;
    " replay/--patch")
      :
      return
      ;;
    " replay/--filter")
      :
      return
      ;;
    " replay/--send")
      :
      return
      ;;
    " replay/--format")
      _gatewayctl_reply -W 'text json junit tap github' -- "$cur"
      return
      ;;
    " replay/--allow-unsupported-plugins")
      :
      return
      ;;
    " replay/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " serve/--config" | " serve/-c")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " serve/--proxy-listen")
      :
      return
      ;;
    " serve/--admin-listen")
      :
      return
      ;;
    " serve/--workers")
      :
      return
      ;;
    " serve/--access-log")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " serve/--access-log-format")
      _gatewayctl_reply -W 'combined json' -- "$cur"
      return
      ;;
    " serve/--ready-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " serve/--drain-timeout")
      :
      return
      ;;
    " serve/--kong-conf")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " serve/--set")
      :
      return
      ;;
    " serve/--compat")
      _gatewayctl_reply -W '2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9' -- "$cur"
      return
      ;;
    " serve/--patch")
      :
      return
      ;;
    " serve/--allow-unsupported-plugins")
      :
      return
      ;;
    " serve/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " certs/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " certs fetch/--service")
      :
      return
      ;;
    " certs fetch/--out")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " certs fetch/--exec")
      :
      return
      ;;
    " certs fetch/--exec-timeout")
      :
      return
      ;;
    " certs fetch/--timeout")
      :
      return
      ;;
    " certs fetch/--consul-http-addr")
      :
      return
      ;;
    " certs fetch/--token-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " certs fetch/--datacenter")
      :
      return
      ;;
    " certs fetch/--namespace")
      :
      return
      ;;
    " certs fetch/--partition")
      :
      return
      ;;
    " certs fetch/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " certs needs-renewal/--before")
      :
      return
      ;;
    " certs needs-renewal/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " certs show/--format")
      _gatewayctl_reply -W 'text json' -- "$cur"
      return
      ;;
    " certs show/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " certs verify/--ca")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " certs verify/--cert")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " certs verify/--key")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " certs verify/--spiffe")
      :
      return
      ;;
    " certs verify/--format")
      _gatewayctl_reply -W 'text json' -- "$cur"
      return
      ;;
    " certs verify/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh up/--file" | " mesh up/-f")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " mesh up/--consul-listen")
      :
      return
      ;;
    " mesh up/--network")
      :
      return
      ;;
    " mesh up/--ready-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " mesh up/--hosts-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " mesh up/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh intention/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh intention create/--description")
      :
      return
      ;;
    " mesh intention create/--consul-http-addr")
      :
      return
      ;;
    " mesh intention create/--token-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " mesh intention create/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh intention delete/--consul-http-addr")
      :
      return
      ;;
    " mesh intention delete/--token-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " mesh intention delete/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh intention list/--format")
      _gatewayctl_reply -W 'text json' -- "$cur"
      return
      ;;
    " mesh intention list/--consul-http-addr")
      :
      return
      ;;
    " mesh intention list/--token-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " mesh intention list/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh intention check/--consul-http-addr")
      :
      return
      ;;
    " mesh intention check/--token-file")
      compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur"
      return
      ;;
    " mesh intention check/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " mesh fault/--for")
      :
      return
      ;;
    " mesh fault/--consul-http-addr")
      :
      return
      ;;
    " mesh fault/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " config/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " config schema/--compat")
      _gatewayctl_reply -W '2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9' -- "$cur"
      return
      ;;
    " config schema/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " config convert/--to")
      _gatewayctl_reply -W 'kong' -- "$cur"
      return
      ;;
    " config convert/--compat")
      _gatewayctl_reply -W '2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9' -- "$cur"
      return
      ;;
    " config convert/--patch")
      :
      return
      ;;
    " config convert/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " completion/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
    " man/--color")
      _gatewayctl_reply -W 'auto always never' -- "$cur"
      return
      ;;
  esac
  case "$command/$cur" in
    "/-"*) _gatewayctl_reply -W '-V --version --color -h --help' -- "$cur" ;;
    "/"*) _gatewayctl_reply -W 'validate replay serve certs mesh config completion man' -- "$cur" ;;
    " validate/-"*) _gatewayctl_reply -W '--format --strict --ignore --compat --patch --kong-conf --set --color -h --help' -- "$cur" ;;
    " validate/"*) compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur" ;;
    " replay/-"*) _gatewayctl_reply -W '--live -c --config --compat --patch --filter --list --keep-going --fail-on-skip --explain --send --format --allow-unsupported-plugins --color -h --help' -- "$cur" ;;
    " replay/"*) compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur" ;;
    " serve/-"*) _gatewayctl_reply -W '-c --config --proxy-listen --admin-listen --workers --access-log --access-log-format --ready-file --drain-timeout --kong-conf --set --compat --patch --allow-unsupported-plugins -t --test --color -h --help' -- "$cur" ;;
    " serve/"*) : ;;
    " certs/-"*) _gatewayctl_reply -W '--color -h --help' -- "$cur" ;;
    " certs/"*) _gatewayctl_reply -W 'fetch needs-renewal show verify' -- "$cur" ;;
    " certs fetch/-"*) _gatewayctl_reply -W '--service --out --watch --exec --exec-timeout --timeout --consul-http-addr --token-file --datacenter --namespace --partition --color -h --help' -- "$cur" ;;
    " certs fetch/"*) : ;;
    " certs needs-renewal/-"*) _gatewayctl_reply -W '--before --color -h --help' -- "$cur" ;;
    " certs needs-renewal/"*) compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur" ;;
    " certs show/-"*) _gatewayctl_reply -W '--format --color -h --help' -- "$cur" ;;
    " certs show/"*) compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur" ;;
    " certs verify/-"*) _gatewayctl_reply -W '--ca --cert --key --spiffe --format --color -h --help' -- "$cur" ;;
    " certs verify/"*) : ;;
    " mesh/-"*) _gatewayctl_reply -W '--color -h --help' -- "$cur" ;;
    " mesh/"*) _gatewayctl_reply -W 'up intention fault' -- "$cur" ;;
    " mesh up/-"*) _gatewayctl_reply -W '-f --file --consul-listen --network --ready-file --hosts-file --verbose --color -h --help' -- "$cur" ;;
    " mesh up/"*) : ;;
    " mesh intention/-"*) _gatewayctl_reply -W '--color -h --help' -- "$cur" ;;
    " mesh intention/"*) _gatewayctl_reply -W 'create delete list check' -- "$cur" ;;
    " mesh intention create/-"*) _gatewayctl_reply -W '--allow --deny --replace --description --consul-http-addr --token-file --color -h --help' -- "$cur" ;;
    " mesh intention create/"*) : ;;
    " mesh intention delete/-"*) _gatewayctl_reply -W '--consul-http-addr --token-file --color -h --help' -- "$cur" ;;
    " mesh intention delete/"*) : ;;
    " mesh intention list/-"*) _gatewayctl_reply -W '--format --consul-http-addr --token-file --color -h --help' -- "$cur" ;;
    " mesh intention list/"*) : ;;
    " mesh intention check/-"*) _gatewayctl_reply -W '--consul-http-addr --token-file --color -h --help' -- "$cur" ;;
    " mesh intention check/"*) : ;;
    " mesh fault/-"*) _gatewayctl_reply -W '--for --consul-http-addr --color -h --help' -- "$cur" ;;
    " mesh fault/"*) _gatewayctl_reply -W 'rotate-root expire-leaf agent' -- "$cur" ;;
    " config/-"*) _gatewayctl_reply -W '--color -h --help' -- "$cur" ;;
    " config/"*) _gatewayctl_reply -W 'schema convert' -- "$cur" ;;
    " config schema/-"*) _gatewayctl_reply -W '--compat --color -h --help' -- "$cur" ;;
    " config schema/"*) : ;;
    " config convert/-"*) _gatewayctl_reply -W '--to --compat --patch --color -h --help' -- "$cur" ;;
    " config convert/"*) compopt -o filenames 2>/dev/null; _gatewayctl_reply -f -- "$cur" ;;
    " completion/-"*) _gatewayctl_reply -W '--color -h --help' -- "$cur" ;;
    " completion/"*) _gatewayctl_reply -W 'bash zsh fish' -- "$cur" ;;
    " man/-"*) _gatewayctl_reply -W '--list --color -h --help' -- "$cur" ;;
    " man/"*) : ;;
  esac
}
_gatewayctl_reply() {
  local found
  found=$(compgen "$@")
  COMPREPLY=()
  [[ -z $found ]] || mapfile -t COMPREPLY <<<"$found"
}
complete -F _gatewayctl gatewayctl
