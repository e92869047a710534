#include "net/redis_protocol.h"

#include <utility>

#include <hiredis/read.h>

#include "base/text.h"

namespace gw::net {
namespace {

using Type = RedisReply::Type;

// hiredis builds replies through these. Each has its place in the one above it; a null pointer ends
// the reading.
RedisReply* place(const redisReadTask* task) {
  if (task->parent == nullptr) return new RedisReply;  // freed by next(), or by hiredis
  auto& items = static_cast<RedisReply*>(task->parent->obj)->items;
  return &items[static_cast<std::size_t>(task->idx)];
}

void* make_text(const redisReadTask* task, char* bytes, std::size_t size) {
  RedisReply* reply = place(task);
  reply->type = task->type == REDIS_REPLY_ERROR    ? Type::error
                : task->type == REDIS_REPLY_STATUS ? Type::status
                                                   : Type::text;
  reply->text.assign(bytes, size);
  return reply;
}

void* make_array(const redisReadTask* task, int count) {
  auto& items = *static_cast<std::size_t*>(task->privdata);
  items += static_cast<std::size_t>(count);
  if (items > RedisReader::kMostItems) return nullptr;
  RedisReply* reply = place(task);
  reply->type = Type::array;
  reply->items.resize(static_cast<std::size_t>(count));
  return reply;
}

void* make_integer(const redisReadTask* task, long long value) {
  RedisReply* reply = place(task);
  reply->type = Type::integer;
  reply->integer = value;
  return reply;
}

void* make_nil(const redisReadTask* task) {
  return place(task);
}

void drop(void* reply) {
  delete static_cast<RedisReply*>(reply);
}

redisReplyObjectFunctions builders{make_text, make_array, make_integer, make_nil, drop};

}  // namespace

void RedisReader::Free::operator()(redisReader* reader) const {
  redisReaderFree(reader);
}

RedisReader::RedisReader() : reader_(redisReaderCreateWithFunctions(&builders)) {
  if (!reader_) {
    failure_ = "out of memory";
    return;
  }
  reader_->privdata = &items_;
}

RedisReader::~RedisReader() = default;

void RedisReader::feed(std::string_view bytes) {
  if (!failure_.empty()) return;
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) {
    failure_ = "out of memory";
  }
}

std::optional<RedisReply> RedisReader::next() {
  if (!failure_.empty()) return std::nullopt;
  void* found = nullptr;
  if (redisReaderGetReply(reader_.get(), &found) != REDIS_OK) {
    const bool too_large = reader_->err == REDIS_ERR_OOM;
    failure_ = too_large ? "a reply with too many items" : printable(reader_->errstr);
    return std::nullopt;
  }
  if (found == nullptr) {
    if (reader_->len - reader_->pos > kMostUnread) failure_ = "a reply that is too long";
    return std::nullopt;
  }
  items_ = 0;
  const std::unique_ptr<RedisReply> reply(static_cast<RedisReply*>(found));
  return std::move(*reply);
}

void append_command(std::string& out, std::span<const std::string_view> words) {
  const auto append_count = [&out](char what, std::size_t count) {
    char number[24];
    out += what;
    out += format_uint(count, number);
    out += "\r\n";
  };
  append_count('*', words.size());
  for (const std::string_view word : words) {
    append_count('$', word.size());
    out += word;
    out += "\r\n";
  }
}

}  // namespace gw::net
