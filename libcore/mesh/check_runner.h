// Finds out, again and again, what the agent's checks say: timers that run out, connections that
// are tried (consul-behaviour.md 2.12). Aliases are not here: they follow without waiting.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "mesh/catalog_types.h"
#include "net/loop.h"

namespace gw::mesh {

// On the loop's thread alone.
class CheckRunner {
 public:
  struct Handlers {
    std::function<void(const std::string& check_id, Health, std::string output)> report;
    // The service has been critical for longer than its check allows.
    std::function<void(const std::string& service_id)> reap;
  };

  CheckRunner(net::Loop& loop, Handlers handlers);
  ~CheckRunner();
  CheckRunner(const CheckRunner&) = delete;
  CheckRunner& operator=(const CheckRunner&) = delete;

  void start(const Check& check);  // anew, where it runs
  void stop(std::string_view check_id);
  // The check says something, from wherever: a TTL begins again, unless it was the one that ran
  // out.
  void heard(const Check& check);

 private:
  struct Shared;
  struct Job;

  std::shared_ptr<Shared> shared_;
  std::map<std::string, std::shared_ptr<Job>, std::less<>> jobs_;
};

}  // namespace gw::mesh
