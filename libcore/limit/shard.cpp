#include "limit/shard.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

namespace gw::limit::detail {
namespace {

__extension__ using Wide = unsigned __int128;

// The cells that compete when one has to go: enough that an expired one or one of little worth is
// among them, few enough to cost no more than some cache misses in a row.
constexpr std::size_t kCandidates = 16;

// Spins before the thread gives way: the holder may have been descheduled.
constexpr int kSpins = 64;

// Where of `capacity` cells the search for a key begins. The multiplication spreads keys that are
// not hashes (in tests); the high half of the second is the remainder's cheap replacement.
std::size_t home_of(std::uint64_t high, std::size_t capacity) {
  const std::uint64_t spread = high * 0x9E3779B97F4A7C15ULL;
  return static_cast<std::size_t>((Wide{spread} * capacity) >> 64U);
}

bool counts(Counting how, bool passed) {
  switch (how) {
    case Counting::if_all_pass:
      return passed;
    case Counting::always:
    case Counting::add_only:
      return true;
    case Counting::read_only:
      return false;
  }
  return false;
}

}  // namespace

void SpinLock::wait() const noexcept {
  for (int spins = 0; locked_.load(std::memory_order_relaxed); ++spins) {
    if (spins >= kSpins) std::this_thread::yield();
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
  }
}

void Shard::charge(const Charge& charge, const Calendar& calendar, Reading& reading) {
  reading = {};
  const std::scoped_lock guard(lock_);
  Cell* cell = find(charge.key);
  if (cell == nullptr) {
    if (charge.how == Counting::read_only) return Cell{}.read(charge.windows, reading);
    cell = &insert(charge.key, calendar);
  }
  cell->roll(calendar);
  cell->read(charge.windows, reading);
  if (counts(charge.how, reading.passed)) cell->add(charge.windows);
  if (charge.how == Counting::add_only) reading.passed = true;
}

void Shard::prefetch(const Fingerprint& key) const {
  const Cell* cells = hint_cells_.load(std::memory_order_relaxed);
  const std::size_t offset =
      home_of(key.high, hint_capacity_.load(std::memory_order_relaxed)) * sizeof(Cell);
  // The two may belong to different tables, so this is no pointer arithmetic, just a hint.
  const auto address = reinterpret_cast<std::uintptr_t>(cells) + offset;
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  __builtin_prefetch(reinterpret_cast<const void*>(address), 1);
}

Shard::Stats Shard::stats() {
  const std::scoped_lock guard(lock_);
  return {used_, capacity_, evictions_};
}

std::size_t Shard::home(std::uint64_t high) const {
  return home_of(high, capacity_);
}

std::size_t Shard::distance(std::size_t from, std::size_t to) const {
  return to >= from ? to - from : to + capacity_ - from;
}

Cell* Shard::find(const Fingerprint& key) {
  if (capacity_ == 0) return nullptr;
  for (std::size_t i = home(key.high);; i = next(i)) {
    Cell& cell = cells_[i];
    if (cell.empty()) return nullptr;
    if (cell.holds(key)) return &cell;
  }
}

Cell& Shard::empty_cell(std::uint64_t high) {
  std::size_t i = home(high);
  while (!cells_[i].empty()) i = next(i);
  return cells_[i];
}

Cell& Shard::insert(const Fingerprint& key, const Calendar& calendar) {
  // At its largest the table is swept at most every quarter of its cells: the cost a key stays
  // small.
  const bool may_resize = capacity_ < max_cells_ || inserted_ >= capacity_ / 4;
  if (is_full() && may_resize) resize(calendar);
  if (is_full()) evict_near(home(key.high), calendar);
  ++inserted_;
  Cell& cell = empty_cell(key.high);
  cell.claim(key, calendar.now);
  ++used_;
  return cell;
}

// A new table with room for twice the keys that still count; the others are left behind.
void Shard::resize(const Calendar& calendar) {
  const auto lives = [&](const Cell& cell) { return !cell.empty() && cell.worth(calendar) > 0; };
  const std::unique_ptr<Cell[]> old = std::move(cells_);
  const std::span<const Cell> cells(old.get(), capacity_);
  const auto live = static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), lives));
  capacity_ = std::clamp(live * 8 / 3, kMinCells, max_cells_);
  cells_ = std::make_unique<Cell[]>(capacity_);
  used_ = live;
  inserted_ = 0;
  for (const Cell& cell : cells) {
    if (lives(cell)) empty_cell(cell.high) = cell;
  }
  hint_cells_.store(cells_.get(), std::memory_order_relaxed);
  hint_capacity_.store(static_cast<std::uint32_t>(capacity_), std::memory_order_relaxed);
}

void Shard::evict_near(std::size_t at, const Calendar& calendar) {
  std::size_t victim = capacity_;
  std::uint64_t least = ~std::uint64_t{0};
  for (std::size_t n = 0; n < kCandidates || victim == capacity_; ++n, at = next(at)) {
    if (cells_[at].empty()) continue;
    const std::uint64_t worth = cells_[at].worth(calendar);
    if (worth < least) {
      victim = at;
      least = worth;
    }
    if (least == 0) break;
  }
  if (least > 0) ++evictions_;
  erase(victim);
}

void Shard::erase(std::size_t hole) {
  for (std::size_t i = next(hole); !cells_[i].empty(); i = next(i)) {
    // A cell may move back as far as its home.
    if (distance(home(cells_[i].high), i) < distance(hole, i)) continue;
    cells_[hole] = cells_[i];
    hole = i;
  }
  cells_[hole] = Cell{};
  --used_;
}

}  // namespace gw::limit::detail
