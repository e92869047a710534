#include "gateway/scratch.h"

#include "gateway/exchange_state.h"

namespace gw::gateway {
namespace {

// 128 random bits in hex, as Kong 3.5 and later name a request.
void make_request_id(Scratch::State& s) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::size_t at = 0;
  for (int i = 0; i < 2; ++i) {
    std::uint64_t word = s.rng->next();
    for (int j = 0; j < 16; ++j, word >>= 4U) s.request_id_buffer[at++] = kHex[word & 15U];
  }
  s.request_id = {s.request_id_buffer.data(), s.request_id_buffer.size()};
}

}  // namespace

Scratch::Scratch() : state_(std::make_unique<State>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

// Every plugin kind asks at most once a request.
Scratch::State::State() {
  windows.reserve(kPluginKinds * model::kPeriodCount);
}

void Scratch::State::begin(const Snapshot& new_snapshot, const RequestView& view, Instant now,
                           Rng& random, Trace* new_trace) {
  reset();
  snapshot = &new_snapshot;
  request = &view;
  arrived = now;
  rng = &random;
  trace = new_trace;
  request_index = view.index;
  if (request_index == nullptr) {
    own_index.build(view.head.fields);
    request_index = &own_index;
  }
  if (traits().request_id) make_request_id(*this);
}

void Scratch::State::reset() {
  arena.reset();
  request_id = {};
  route = nullptr;
  service = nullptr;
  match = {};
  next_plugin = 0;
  consumer.reset();
  credential = nullptr;
  anonymous = false;
  body.reset();
  body_failed = false;
  set_upstream.clear();
  removed_upstream.clear();
  query.reset();
  has_new_body = false;
  limit_steps.clear();
  charges.clear();
  windows.clear();
  round_windows = 0;
  limit_fields.clear();
  end_charges.clear();
  end_store = nullptr;
  dialing.reset();
  peer = {};
  hash.reset();
  new_cookie = {};
  body_consumed = false;
  unresolved = 0;
  upstream_head.fields.clear();
  tried.clear();
  attempts = 0;
  answer.fields.clear();
  disposition = Disposition::failed;
}

void Scratch::State::add_answer(std::string_view name, std::string_view value,
                                std::string_view because) {
  answer.fields.push_back({name, value});
  if (trace != nullptr) {
    trace->headers.push_back({std::string(name), std::string(value), std::string(because)});
  }
}

}  // namespace gw::gateway
