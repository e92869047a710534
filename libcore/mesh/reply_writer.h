// A Reply on the wire: Consul's header fields, gzip for who takes it (consul-behaviour.md 2.1).
#pragma once

#include <string>
#include <string_view>

#include "mesh/call.h"
#include "net/http_server.h"

namespace gw::mesh {

// `accept_encoding`: of the request; empty: none.
[[nodiscard]] net::HttpResponse write_reply(Reply reply, const Call& call,
                                            std::string_view accept_encoding);

// Whether an Accept-Encoding field names gzip with a weight above 0; "*" does not.
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);
[[nodiscard]] std::string gzip(std::string_view bytes);

}  // namespace gw::mesh
