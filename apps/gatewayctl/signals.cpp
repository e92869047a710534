#include "signals.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <unistd.h>

namespace gw::app {
namespace {

struct Row {
  int signal;
  Request request;
};
constexpr std::array kRows{Row{SIGHUP, Request::reload}, Row{SIGTERM, Request::stop},
                           Row{SIGINT, Request::stop}, Row{SIGUSR1, Request::reopen_logs},
                           Row{SIGUSR2, Request::none}};

}  // namespace

Signals::Signals() {
  sigemptyset(&ours_);
  for (const Row& row : kRows) sigaddset(&ours_, row.signal);
  pthread_sigmask(SIG_BLOCK, &ours_, &before_);
}

Signals::~Signals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Request Signals::next(std::chrono::milliseconds patience) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
  const std::chrono::nanoseconds rest = patience - seconds;
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = rest.count()};
  const int signal = sigtimedwait(&ours_, nullptr, &limit);
  const auto row = std::ranges::find(kRows, signal, &Row::signal);
  return row == kRows.end() ? Request::none : row->request;
}

void Signals::wake() {
  ::kill(::getpid(), SIGUSR2);
}

}  // namespace gw::app
