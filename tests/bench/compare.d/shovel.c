// The floor: an epoll loop that carries bytes between a client and an upstream connection of its
// own, without looking at them. What any proxy on this machine must at least pay for a request.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kSockets = 65536, kEvents = 256, kBuffer = 65536 };

static int other[kSockets];
static char buffer[kBuffer];
static struct sockaddr_in upstream;

static void die(const char* what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in loopback(const char* port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int listen_on(const char* port) {
  const int on = 1;
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = loopback(port);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr*)&address, sizeof address) != 0) die("bind");
  if (listen(fd, 4096) != 0) die("listen");
  return fd;
}

static void watch(int poll, int fd) {
  const int on = 1;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

static void pair_up(int poll, int client) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  if (client >= kSockets || server < 0 || server >= kSockets ||
      connect(server, (struct sockaddr*)&upstream, sizeof upstream) != 0) {
    die("connect");
  }
  other[client] = server;
  other[server] = client;
  watch(poll, client);
  watch(poll, server);
}

static void carry(int fd) {
  const ssize_t size = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0 || send(other[fd], buffer, (size_t)size, MSG_NOSIGNAL) != size) {
    const int peer = other[fd];
    other[fd] = other[peer] = 0;
    close(fd);
    close(peer);
  }
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  struct epoll_event events[kEvents];
  const int listener = listen_on(argv[1]);
  const int poll = epoll_create1(0);
  upstream = loopback(argv[2]);
  watch(poll, listener);
  for (;;) {
    const int count = epoll_wait(poll, events, kEvents, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener) {
        const int client = accept(listener, NULL, NULL);
        if (client >= 0) pair_up(poll, client);
      } else if (other[fd] != 0) {
        carry(fd);
      }
    }
  }
}
