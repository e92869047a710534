#include "consul/way.h"

namespace gw::consul {

std::string_view remedy_for_way(std::string_view why) {
  if (why.find("slept") != std::string_view::npos) return "it is asked again";
  const bool tls =
      why.find("SSL") != std::string_view::npos || why.find("ertificate") != std::string_view::npos;
  return tls ? "check CONSUL_CACERT, CONSUL_CAPATH, CONSUL_TLS_SERVER_NAME, CONSUL_CLIENT_CERT and "
               "whether this port speaks https"
             : "does an agent listen there (CONSUL_HTTP_ADDR, --consul-http-addr)?";
}

}  // namespace gw::consul
