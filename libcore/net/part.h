// A piece of a message as writev(2) takes it.
#pragma once

#include <string_view>
#include <sys/uio.h>

namespace gw::net {

// `text` outlives the write: never a temporary string.
[[nodiscard]] inline iovec part(std::string_view text) {
  return {const_cast<char*>(text.data()), text.size()};
}

}  // namespace gw::net
