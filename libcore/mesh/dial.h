// Connections that the mesh's parts make themselves, and how they end one so that the peer sees an
// end and no reset.
#pragma once

#include <chrono>
#include <memory>

#include <boost/system/error_code.hpp>

#include "net/listener.h"
#include "net/loop.h"
#include "net/stream.h"

namespace gw::mesh {

// Connects `stream`, whose socket is not open yet. operation_aborted: `deadline` has passed.
[[nodiscard]] net::Task<boost::system::error_code> dial(net::Stream& stream, net::Address to,
                                                        SteadyTime deadline);

// Says that nothing more will come (with close_notify, where there is TLS), and drops what the peer
// still sends until it has closed, too, or `patience` is over: closing before would reset the
// connection, and what the peer has not read yet with it (RFC 9112 section 9.6).
[[nodiscard]] net::Task<void> end_politely(
    net::Stream& stream, std::chrono::milliseconds patience = std::chrono::seconds(1));

[[nodiscard]] net::Task<void> pause_until(net::Loop& loop, SteadyTime when);

}  // namespace gw::mesh
