#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <pcre2.h>

namespace gw {
namespace {

constexpr std::size_t kMaxPattern = 8192;
// Enough for any honest route; a pattern that needs more per request is a denial of service.
constexpr std::uint32_t kMatchLimit = 100'000;
constexpr std::uint32_t kDepthLimit = 1'000;

struct FreeCode {
  void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
};
struct FreeData {
  void operator()(pcre2_match_data* data) const noexcept { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const noexcept {
    pcre2_match_context_free(context);
  }
};
struct FreeCompileContext {
  void operator()(pcre2_compile_context* context) const noexcept {
    pcre2_compile_context_free(context);
  }
};

PCRE2_SPTR text_of(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
}

// The context with the limits, one a thread.
pcre2_match_context* bounded() {
  thread_local const std::unique_ptr<pcre2_match_context, FreeContext> context = [] {
    std::unique_ptr<pcre2_match_context, FreeContext> made(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(made.get(), kMatchLimit);
    pcre2_set_depth_limit(made.get(), kDepthLimit);
    return made;
  }();
  return context.get();
}

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

}  // namespace

struct Regex::State {
  std::unique_ptr<pcre2_code, FreeCode> code;
};

Regex::Regex(std::unique_ptr<State> state) : state_(std::move(state)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::compile(std::string_view pattern, Options options) {
  if (pattern.size() > kMaxPattern) {
    return fail(ErrorCode::too_large, fmt::format("longer than {} bytes", kMaxPattern));
  }
  std::uint32_t flags = PCRE2_NEVER_BACKSLASH_C;
  if (options.anchored) flags |= PCRE2_ANCHORED;
  if (options.caseless) flags |= PCRE2_CASELESS;
  if (options.ecmascript)
    flags |= PCRE2_ALT_BSUX | PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY;
  const std::unique_ptr<pcre2_compile_context, FreeCompileContext> context(
      pcre2_compile_context_create(nullptr));
  if (options.ecmascript) {
    pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);
  }
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto state = std::make_unique<State>();
  state->code.reset(
      pcre2_compile(text_of(pattern), pattern.size(), flags, &error, &offset, context.get()));
  if (!state->code) {
    return fail(ErrorCode::invalid, fmt::format("{} at offset {}", message_of(error), offset));
  }
  pcre2_jit_compile(state->code.get(), PCRE2_JIT_COMPLETE);  // without JIT it is only slower
  return Regex(std::move(state));
}

std::optional<std::pair<std::size_t, std::size_t>> Regex::match(std::string_view subject) const {
  // One match block a thread: the path of a request allocates nothing.
  thread_local const std::unique_ptr<pcre2_match_data, FreeData> data(
      pcre2_match_data_create(1, nullptr));
  const int found = pcre2_match(state_->code.get(), text_of(subject), subject.size(), 0, 0,
                                data.get(), bounded());
  if (found < 0) return std::nullopt;
  const PCRE2_SIZE* range = pcre2_get_ovector_pointer(data.get());
  return std::pair<std::size_t, std::size_t>{range[0], range[1]};
}

std::optional<std::string_view> Regex::capture(std::string_view subject,
                                               const std::string& name) const {
  const std::unique_ptr<pcre2_match_data, FreeData> data(
      pcre2_match_data_create_from_pattern(state_->code.get(), nullptr));
  const int found = pcre2_match(state_->code.get(), text_of(subject), subject.size(), 0, 0,
                                data.get(), bounded());
  if (found < 0) return std::nullopt;
  const int group = pcre2_substring_number_from_name(state_->code.get(), text_of(name));
  if (group < 0 || group >= found) return std::nullopt;
  const PCRE2_SIZE* range = pcre2_get_ovector_pointer(data.get()) + std::ptrdiff_t{2} * group;
  if (range[0] == PCRE2_UNSET || range[1] < range[0]) return std::nullopt;
  return subject.substr(range[0], range[1] - range[0]);
}

}  // namespace gw
