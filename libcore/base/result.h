// Errors as values: what a caller can be told and must handle.
//
// Exceptions stay inside the adapters of third-party libraries and become an Error at that line.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace gw {

// What kind of failure it was; decides the exit status and whether a retry makes sense.
enum class ErrorCode : std::uint8_t {
  invalid,      // the input is wrong and stays wrong: exit 1 (or 2 on the command line)
  missing,      // a file or object that has to be there is not: exit 3
  unreachable,  // a peer or file could not be reached or read: exit 3
  too_large,    // over a bound on bytes, counts or depth
  unsupported,  // known, and not done by this program
  internal,     // a bug here
};

// One failure, worded for the person who has to mend it.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

// Shorthand for `return fail(ErrorCode::missing, "...")` in a function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace gw
