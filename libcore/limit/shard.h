// One shard of MemoryStore: an open-addressing table of cells behind a spin lock.
//
// Linear probing, at most three quarters full, erased by shifting back: there are no tombstones,
// and a search ends at the first empty cell. All members are thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "limit/cell.h"
#include "limit/charge.h"
#include "limit/window.h"

namespace gw::limit::detail {

// Held for some ten nanoseconds as a rule, where a std::mutex costs as much as all the work.
class SpinLock {
 public:
  void lock() noexcept {
    while (locked_.exchange(true, std::memory_order_acquire)) wait();
  }
  void unlock() noexcept { locked_.store(false, std::memory_order_release); }

 private:
  void wait() const noexcept;
  std::atomic<bool> locked_ = false;
};

class alignas(64) Shard {
 public:
  // The fewest cells that a shard that is used at all has.
  static constexpr std::size_t kMinCells = 8;

  // Must come before any use.
  void set_max_cells(std::size_t cells) { max_cells_ = cells < kMinCells ? kMinCells : cells; }
  void charge(const Charge& charge, const Calendar& calendar, Reading& reading);
  void prefetch(const Fingerprint& key) const;

  struct Stats {
    std::size_t keys = 0;
    std::size_t cells = 0;
    std::size_t evictions = 0;
  };
  [[nodiscard]] Stats stats();

 private:
  [[nodiscard]] std::size_t home(std::uint64_t high) const;
  [[nodiscard]] std::size_t next(std::size_t i) const { return i + 1 == capacity_ ? 0 : i + 1; }
  [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const;
  [[nodiscard]] bool is_full() const { return used_ >= capacity_ - capacity_ / 4; }
  [[nodiscard]] Cell* find(const Fingerprint& key);
  [[nodiscard]] Cell& empty_cell(std::uint64_t high);
  Cell& insert(const Fingerprint& key, const Calendar& calendar);
  void resize(const Calendar& calendar);
  void evict_near(std::size_t at, const Calendar& calendar);
  void erase(std::size_t hole);

  SpinLock lock_;
  // Copies for prefetch(), which takes no lock and may see one of them older than the other.
  std::atomic<std::uint32_t> hint_capacity_ = 0;
  std::atomic<const Cell*> hint_cells_ = nullptr;
  std::unique_ptr<Cell[]> cells_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::size_t inserted_ = 0;  // since the last resize
  std::size_t max_cells_ = kMinCells;
  std::size_t evictions_ = 0;
};
static_assert(sizeof(Shard) == 64);

}  // namespace gw::limit::detail
