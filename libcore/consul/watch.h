// The certificates of some services, kept fresh: blocking queries for the roots and for each leaf,
// everything checked before anybody sees it, and the last good ones kept while the source fails.
//
// One thread for the roots and one a service, each with a source of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "consul/certificate_source.h"
#include "consul/fetch.h"
#include "consul/pace.h"

namespace gw::consul {

// Each service has a connection of its own, and an agent allows 200 a client.
inline constexpr std::size_t kMostWatched = 64;

// Called from the watch's threads, one at a time, and never after the watch is gone.
struct WatchEvents {
  std::function<void()> changed;                   // current() has news
  std::function<void(const Error&)> out_of_reach;  // once an outage, and once a service's cause
  std::function<void()> recovered;                 // the agent answers again, or all is well again
  std::function<void(const std::string& service, const Error&)> refused;  // once a cause
};

class Watch {
 public:
  // Begins at once; `known` is what stands until the source has answered (none: nothing does).
  // `clock` outlives the watch. At most kMostWatched services.
  Watch(const SourceFactory& make_source, const std::set<std::string>& services, const Clock& clock,
        WatchEvents events, std::shared_ptr<const Certificates> known = nullptr);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // The latest that were found fit; a service without leaf has none yet. nullptr: no roots yet.
  [[nodiscard]] std::shared_ptr<const Certificates> current() const;
  [[nodiscard]] bool is_out_of_reach() const;

 private:
  // What a thread needs to ask, and how well that goes.
  struct Asking {
    std::unique_ptr<CertificateSource> source;
    std::string service;  // empty: the roots
    Index index;
    Backoff after_failure;
    Backoff after_haste;
    Rng rng;
    std::string refused;    // the cause told last
    std::string not_given;  // likewise, of an agent that answers and gives nothing
  };

  void watch_roots(Asking& asking);
  void watch_leaf(Asking& asking);
  void take_roots(Roots roots);
  [[nodiscard]] Result<void> offer(const Leaf& leaf);
  [[nodiscard]] bool take_leaf(Asking& asking, const Leaf& leaf);
  [[nodiscard]] std::chrono::milliseconds patience_for(Asking& asking);
  void failed(Asking& asking, const Error& error);
  void answered(Asking& asking);
  void refuse(Asking& asking, const Error& why);
  void pause(std::chrono::milliseconds how_long);
  [[nodiscard]] bool stopping() const;
  template <class Event, class... Arguments>
  void tell(const Event& event, const Arguments&... arguments);

  const Clock& clock_;
  WatchEvents events_;
  std::mutex telling_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::shared_ptr<const Certificates> current_;
  std::set<const Asking*> failing_;
  std::set<const Asking*> away_;  // those of them for whom the agent cannot be asked

  std::vector<std::unique_ptr<Asking>> asking_;
  std::vector<std::jthread> threads_;  // last: they use all above
};

}  // namespace gw::consul
