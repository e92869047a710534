#include "mesh/reply_writer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <zlib.h>

#include "base/text.h"

namespace gw::mesh {
namespace {

void add_query_fields(const Reply& reply, const Call& call, net::HttpResponse& response) {
  const auto add = [&](std::string name, std::string value) {
    response.fields.emplace_back(std::move(name), std::move(value));
  };
  if (reply.index) {
    // Of 0 clients would never wait.
    add("X-Consul-Index", std::to_string(std::max<std::uint64_t>(*reply.index, 1)));
    if (reply.has_contact) {
      add("X-Consul-Knownleader", reply.known_leader ? "true" : "false");
      add("X-Consul-Lastcontact", "0");
    }
    if (reply.has_consistency) {
      const std::string_view said = call.has("consistent") ? "consistent" : "leader";
      add("X-Consul-Effective-Consistency", std::string(call.has("stale") ? "stale" : said));
    }
  }
  if (reply.hash) add("X-Consul-Contenthash", *reply.hash);
  if (reply.cache == CacheNews::none) return;
  const bool is_hit = reply.cache == CacheNews::hit;
  add("X-Cache", is_hit ? "HIT" : "MISS");
  if (is_hit) add("Age", std::to_string(reply.age));
}

}  // namespace

net::HttpResponse write_reply(Reply reply, const Call& call, std::string_view accept_encoding) {
  net::HttpResponse response{
      .status = reply.status, .fields = {}, .body = {}, .length = std::nullopt};
  add_query_fields(reply, call, response);
  if (!reply.content_type.empty()) {
    response.fields.emplace_back("Content-Type", std::move(reply.content_type));
  }
  for (auto& field : reply.fields) response.fields.push_back(std::move(field));
  if (!reply.body.empty() && takes_gzip(accept_encoding)) {
    response.fields.emplace_back("Content-Encoding", "gzip");
    response.body = gzip(reply.body);
  } else {
    response.body = std::move(reply.body);
  }
  if (call.method == "HEAD") response.length = response.body.size();
  // As Go writes them.
  std::ranges::sort(response.fields);
  return response;
}

bool takes_gzip(std::string_view accept_encoding) {
  for (const std::string_view element : split_list(accept_encoding)) {
    const std::size_t semicolon = std::min(element.find(';'), element.size());
    if (!iequals(trim_ows(element.substr(0, semicolon)), "gzip")) continue;
    std::string_view weight = element.substr(semicolon);
    const std::size_t equals = weight.find('=');
    if (equals == std::string_view::npos) return true;
    const auto q = parse_number(trim_ows(weight.substr(equals + 1)));
    return q && *q > 0;
  }
  return false;
}

std::string gzip(std::string_view bytes) {
  // A small window for small answers: zlib's state is a quarter of a megabyte otherwise.
  const int window = bytes.size() <= 4096 ? 12 : 15;
  constexpr int kGzip = 16;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window + kGzip, window == 12 ? 5 : 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib has no memory");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib could not compress an answer");
  return out;
}

}  // namespace gw::mesh
