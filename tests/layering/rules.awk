# The order of the house, as rules over #include lines and clock reads.

BEGIN {
  # From the bottom to the top. A module includes its own headers and those of lower ones.
  count = split("base model http connect config limit gateway net consul proxy admin mesh replay", \
                order, " ")
  for (i = 1; i <= count; i++) rank[order[i]] = i

  # Lower, and yet never.
  never["net gateway"] = never["proxy admin"] = 1
  # The simulator knows no socket; replay's live runner, in files named live*, does.
  never["replay net"] = never["replay proxy"] = 1

  # Modules that decide and do no I/O.
  split("model http connect config limit gateway", names, " ")
  for (i in names) pure[names[i]] = 1

  io_headers = "^(sys/(socket|un|epoll|eventfd|timerfd|select|uio|ioctl|time|mman|wait)|netinet/.*|net/.*" \
    "|arpa/inet|netdb|poll|fcntl|unistd|pthread|signal|spawn|time|curl/.*|hiredis/.*|sqlite3" \
    "|openssl/(ssl|bio))[.]h$" \
    "|^boost/(asio|beast)" \
    "|^(thread|future|condition_variable|mutex|shared_mutex|stop_token|semaphore|barrier|latch" \
    "|fstream|filesystem|iostream|ctime|csignal)$"
  # The counter store is shared by threads: it locks and gives way, and starts none.
  allowed["limit mutex"] = allowed["limit thread"] = 1
  starts_thread = "std::(jthread|thread|async)([^A-Za-z0-9_]|$)|pthread_create"

  # base reads files and parses addresses; sockets and threads are not its business either.
  base_headers = "^(sys/(socket|un|epoll|eventfd|timerfd|select|ioctl)|netinet/.*|net/.*|netdb|poll" \
    "|curl/.*|hiredis/.*)[.]h$|^boost/(asio|beast)|^(thread|future|condition_variable)$"

  clock = "(system|steady|high_resolution|utc|tai|gps|file)_clock *:: *now" \
    "|(^|[^A-Za-z0-9_.>])(std::|::)?time *[(] *(NULL|nullptr|0|&)" \
    "|(^|[^A-Za-z0-9_])(gettimeofday|clock_gettime|timespec_get|ftime|localtime|mktime) *[(]" \
    "|std::clock *[(]"
}

function complain(reason) {
  printf "%s:%d: %s\n", FILENAME, FNR, reason
  bad = 1
}

FNR == 1 {
  parts = split(FILENAME, path, "/")
  module = path[1] == "apps" ? "apps" : path[2]
  in_comment = 0
  if (module != "apps" && !(module in rank)) complain("module " module " is not in the house's list")
}

# Comments say what they like.
{
  if (in_comment) {
    if (!sub(/^.*[*][/]/, "")) next
    in_comment = 0
  }
  gsub(/[/][*]([^*]|[*][^/])*[*][/]/, " ")
  sub(/[/][/].*/, "")
  if (sub(/[/][*].*/, "")) in_comment = 1
}

/^[ \t]*#[ \t]*include/ { judge_include($0) }

module != "base" && $0 ~ clock { complain("reads a clock; only base/clock.cpp does (pass the time in)") }

module in pure && $0 ~ starts_thread { complain(module " starts no thread of its own") }

function judge_include(line,   name) {
  name = line
  sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
  if (name ~ /^"/) {
    gsub(/"/, "", name)
    judge_own(name)
  } else {
    gsub(/[<> \t]/, "", name)
    judge_foreign(name)
  }
}

function judge_own(name,   target) {
  if (module == "apps") return
  if (name ~ /(^|[/])[.][.][/]/) {
    complain("includes \"" name "\": write includes from libcore's root")
    return
  }
  target = name
  if (!sub(/[/].*/, "", target) || !(target in rank)) {
    complain("includes \"" name "\", which is no module's header")
    return
  }
  if (rank[target] > rank[module]) complain(module " includes " target ", which stands above it")
  if ((module " " target) in never && path[parts] !~ /^live/) {
    complain(module " must never include " target)
  }
}

function judge_foreign(name,   target) {
  target = name
  if (sub(/[/].*/, "", target) && target in rank && name ~ /[.]h$/ && target != "net") {
    complain("includes <" name ">: a header of our own is written in quotes")
  }
  if (module in pure && name ~ io_headers && !((module " " name) in allowed)) {
    complain(module " does no I/O, and includes <" name ">")
  }
  if (module == "base" && name ~ base_headers) {
    complain("base knows no sockets or threads, and includes <" name ">")
  }
}

END { exit bad }
