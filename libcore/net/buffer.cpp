#include "net/buffer.h"

#include <cstring>
#include <new>
#include <sys/mman.h>
#include <utility>

namespace gw::net {

void Unmap::operator()(char* block) const {
  ::munmap(block, size);
}

Block map_block(std::size_t size) {
  void* const block =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) throw std::bad_alloc();
  return {static_cast<char*>(block), Unmap{size}};
}

std::span<char> Buffer::room() {
  if (!data_) {
    data_ = pool_.take();
    capacity_ = kBlockBytes;
  }
  // A quarter of a block is worth a read; less is worth moving the rest to the front.
  if (capacity_ - end_ < kBlockBytes / 4 && begin_ > 0) {
    std::memmove(data_.get(), data_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == capacity_) grow();
  return {data_.get() + end_, capacity_ - end_};
}

void Buffer::grow() {
  const std::size_t doubled = capacity_ * 2;
  Block larger = map_block(doubled);
  std::memcpy(larger.get(), data_.get(), end_);
  if (capacity_ == kBlockBytes) {
    pool_.give_back(std::exchange(data_, std::move(larger)));
  } else {
    pool_.grown_ -= capacity_;
    data_ = std::move(larger);
  }
  capacity_ = doubled;
  pool_.grown_ += capacity_;
}

void Buffer::release() {
  if (!data_) return;
  if (capacity_ == kBlockBytes) {
    pool_.give_back(std::move(data_));
  } else {
    pool_.grown_ -= capacity_;
    data_.reset();
  }
  capacity_ = begin_ = end_ = 0;
}

}  // namespace gw::net
