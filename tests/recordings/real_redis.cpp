// The script of the redis policy in a real Redis, one question at a time.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "limit/counter_script.h"
#include "net/redis_protocol.h"
#include "recordings/recording.h"

namespace gw::test {
namespace {

using net::RedisReply;

// A server of this test's own on a socket in a folder of its own; both go with the process.
class RedisServer {
 public:
  RedisServer() {
    char folder[] = "/tmp/gateway-redis-XXXXXX";
    if (::mkdtemp(folder) == nullptr) throw std::runtime_error("no folder for Redis");
    folder_ = folder;
    socket_ = folder_ + "/redis.sock";
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket_.c_str(),
               "--save", "", "--appendonly", "no", "--dir", folder_.c_str(), "--logfile",
               (folder_ + "/log").c_str(), nullptr);
      ::_exit(127);
    }
    connect();
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() {
    ::close(descriptor_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    for (const char* file : {"/log", "/redis.sock"}) ::unlink((folder_ + file).c_str());
    ::rmdir(folder_.c_str());
  }

  RedisReply ask(std::span<const std::string_view> words) {
    std::string command;
    net::append_command(command, words);
    for (std::size_t sent = 0; sent < command.size();) {
      const ssize_t n = ::write(descriptor_, command.data() + sent, command.size() - sent);
      if (n <= 0) throw std::runtime_error("Redis does not listen");
      sent += static_cast<std::size_t>(n);
    }
    while (true) {
      if (auto reply = reader_.next()) return std::move(*reply);
      char bytes[4096];
      const ssize_t n = ::read(descriptor_, bytes, sizeof bytes);
      if (n <= 0 || !reader_.failure().empty()) throw std::runtime_error("no answer from Redis");
      reader_.feed({bytes, static_cast<std::size_t>(n)});
    }
  }

 private:
  void connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_.copy(address.sun_path, sizeof address.sun_path - 1);
    for (int attempt = 0; attempt < 500; ++attempt) {
      descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const auto* generic = reinterpret_cast<const sockaddr*>(&address);
      if (::connect(descriptor_, generic, sizeof address) == 0) return;
      ::close(descriptor_);
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    throw std::runtime_error("redis-server did not come up; is it installed?");
  }

  std::string folder_;
  std::string socket_;
  pid_t pid_ = -1;
  int descriptor_ = -1;
  net::RedisReader reader_;
};

class Real final : public RecordedRedis {
 public:
  Real() {
    constexpr std::string_view kFlush = "FLUSHALL";
    server().ask(std::span(&kFlush, 1));
  }

  Result<std::size_t> charge(std::span<const limit::Charge> charges, WallTime now,
                             std::span<limit::Reading> out) override {
    call_.begin(limit::counting_script(), limit::KeyLayout::plain);
    for (const limit::Charge& charge : charges) call_.ask(charge, now);
    RedisReply reply = server().ask(call_.words(limit::ScriptCall::By::digest));
    if (reply.text.starts_with("NOSCRIPT")) {
      reply = server().ask(call_.words(limit::ScriptCall::By::text));
    }
    std::vector<std::int64_t> used;
    for (const RedisReply& item : reply.items) used.push_back(item.integer);
    const auto asked = limit::read_answer(used, charges, out);
    if (!asked) throw std::runtime_error("not an answer of the script: " + reply.text);
    return *asked;
  }

  std::vector<std::pair<std::string, KeyLeft>> left(WallTime) override {
    std::map<std::string, KeyLeft> keys;
    for (const RedisReply& key : server().ask(std::array<std::string_view, 2>{"KEYS", "*"}).items) {
      const auto value = server().ask(std::array<std::string_view, 2>{"GET", key.text});
      const auto life = server().ask(std::array<std::string_view, 2>{"PTTL", key.text});
      if (value.type == RedisReply::Type::text) keys[key.text] = {value.text, life.integer};
    }
    return {keys.begin(), keys.end()};
  }
  [[nodiscard]] bool is_real() const override { return true; }

 private:
  static RedisServer& server() {
    static RedisServer own;
    return own;
  }
  limit::ScriptCall call_;
};

}  // namespace

std::unique_ptr<RecordedRedis> make_redis() {
  return std::make_unique<Real>();
}

}  // namespace gw::test
