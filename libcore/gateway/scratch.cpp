#include "gateway/scratch.h"

#include "gateway/exchange_state.h"

namespace gw::gateway {

Scratch::Scratch() : state_(std::make_unique<State>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

// Every plugin kind asks at most once a request.
Scratch::State::State() {
  windows.reserve(kPluginKinds * model::kPeriodCount);
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
