#include <chrono>

#include "limit/virtual_store.h"
#include "recordings/recording.h"

namespace gw::test {
namespace {

class Virtual final : public RecordedRedis {
 public:
  Result<std::size_t> charge(std::span<const limit::Charge> charges, WallTime now,
                             std::span<limit::Reading> out) override {
    return redis_.charge(charges, now, out);
  }
  std::vector<std::pair<std::string, KeyLeft>> left(WallTime at) override {
    std::vector<std::pair<std::string, KeyLeft>> keys;
    for (const auto& [key, entry] : redis_.entries(at)) {
      const auto life =
          std::chrono::duration_cast<std::chrono::milliseconds>(entry.expires - at).count();
      keys.emplace_back(key, KeyLeft{std::to_string(entry.value), life});
    }
    return keys;
  }
  [[nodiscard]] bool is_real() const override { return false; }

 private:
  limit::VirtualRedis redis_;
};

}  // namespace

std::unique_ptr<RecordedRedis> make_redis() {
  return std::make_unique<Virtual>();
}

}  // namespace gw::test
