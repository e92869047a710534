// What Consul 1.8.7 refuses to register, in its words.
#include <doctest/doctest.h>

#include "unit/mesh/catalog_world.h"

namespace gw::mesh {
namespace {

using testing::CatalogWorld;

TEST_CASE("what cannot be decoded is refused in Go's words") {
  CatalogWorld world;
  const auto refused = [&](const char* body, const char* why) {
    CAPTURE(body);
    CHECK(world.enter(body) == std::string("400 Request decode failed: ") + why);
  };
  refused("{", "unexpected EOF");
  refused("", "EOF");
  refused("[]",
          "json: cannot unmarshal array into Go value of type struct { EnableTagOverrideSnake bool "
          "\"json:\\\"enable_tag_override\\\"\"; TaggedAddressesSnake "
          "map[string]structs.ServiceAddress \"json:\\\"tagged_addresses\\\"\"; *structs.Alias }");
  refused(R"({"Name":5})",
          "json: cannot unmarshal number into Go struct field .Name of type string");
  refused(R"({"Name":"w","Port":"80"})",
          "json: cannot unmarshal string into Go struct field .Port of type int");
  refused(R"({"Name":"w","Port":1.5})",
          "json: cannot unmarshal number 1.5 into Go struct field .Port of type int");
  refused(R"({"Name":"w","Tags":"a"})",
          "json: cannot unmarshal string into Go struct field .Tags of type []string");
  refused(R"({"Name":"w","Tags":[5]})",
          "json: cannot unmarshal number into Go struct field .Tags of type string");
  refused(R"({"Name":"w","Foo":1})", "json: unknown field \"Foo\"");
  refused(R"({"Name":"w","Meta":{"a":1}})",
          "json: cannot unmarshal number into Go struct field .Meta of type string");
  refused(R"({"Name":"w","Check":{"TTL":"x"}})", "time: invalid duration \"x\"");
  refused(R"({"Name":"w","TaggedAddresses":{"lan":"1.2.3.4"}})",
          "json: cannot unmarshal string into Go struct field .TaggedAddresses of type "
          "structs.ServiceAddress");
  refused(
      R"({"Name":"w","TaggedAddresses":{"lan":{"Address":5}}})",
      "json: cannot unmarshal number into Go struct field ServiceAddress.TaggedAddresses.Address "
      "of type string");
  refused(R"({"Name":"w","Weights":{"passing":"x"}})",
          "json: cannot unmarshal string into Go struct field Weights.Weights.Passing of type int");
  refused(R"({"Name":"w","Kind":5})",
          "json: cannot unmarshal number into Go struct field .Kind of type structs.ServiceKind");
  refused(R"({"Name":"w","Connect":{"SidecarService":{"Proxy":{"Config":"x"}}}})",
          "json: cannot unmarshal string into Go struct field .Connect of type "
          "map[string]interface {}");
  refused(
      R"({"Name":"w","Connect":{"SidecarService":{"Proxy":{"Upstreams":[{"mesh_gateway":1}]}}}})",
      "json: unknown field \"mesh_gateway\"");
  refused(R"({"Name":"w","Checks":5})",
          "json: cannot unmarshal number into Go struct field .Checks of type structs.CheckTypes");
  refused(R"({"Name":"w","Check":{"checkid":true}})",
          "json: cannot unmarshal bool into Go struct field .Check of type types.CheckID");
  CHECK(world.state->catalog.services().empty());
}

TEST_CASE("what does not fit together is refused in Consul's words") {
  CatalogWorld world;
  const auto refused = [&](const char* body, const char* why) {
    CAPTURE(body);
    CHECK(world.enter(body) == std::string("400 ") + why);
  };
  refused("null", "Missing service name");
  refused(R"({"ID":"w","Port":1})", "Missing service name");
  refused(R"({"Name":"w","Address":"0.0.0.0"})", "Invalid service address");
  refused(R"({"Name":"w","Port":70000})", "Invalid service port: 70000");
  refused(R"({"Name":"w","Meta":{"consul-x":"1"}})",
          "Invalid Service Meta: Couldn't load metadata pair ('consul-x', '1'): Key prefix "
          "'consul-' is reserved for internal use");
  refused(R"({"Name":"w","Meta":{"a b":"1"}})",
          "Invalid Service Meta: Couldn't load metadata pair ('a b', '1'): Key contains invalid "
          "characters");
  refused(R"({"Name":"w","Weights":{"Passing":-1,"Warning":1}})",
          "Invalid Weights: Passing must be greater than 0");
  refused(R"({"Name":"w","Weights":{"Passing":65536}})",
          "Invalid Weights: DNS Weight must be between 0 and 65535");
  refused(R"({"Name":"w","Check":{"Name":"x"}})", "Invalid check: TTL must be > 0 for TTL checks");
  refused(R"({"Name":"w","Check":{"TCP":"a:1"}})",
          "Invalid check: Interval must be > 0 for Script, HTTP, or TCP checks");
  refused(R"({"Name":"w","Check":{"TTL":"5s","Status":"bad"}})",
          "Status for checks must 'passing', 'warning', 'critical'");
  refused(R"({"Name":"w","Check":{"TTL":"5s","TCP":"x:1","Interval":"5s"}})",
          "Invalid check: Interval and TTL cannot both be specified");
  refused(
      R"({"Name":"w","Kind":"connect-proxy"})",
      "2 errors occurred:\n\t* Proxy.DestinationServiceName must be non-empty for Connect proxy "
      "services\n\t* Port must be set for a Connect proxy\n\n");
  refused(R"({"Name":"w","Kind":"connect-proxy","Port":1,"Proxy":{"DestinationServiceName":"web",
            "Upstreams":[{"LocalBindPort":4},{"DestinationName":"api","LocalBindPort":5},
            {"DestinationName":"b","LocalBindPort":5},{"DestinationName":"api","LocalBindPort":6}]}})",
          "3 errors occurred:\n\t* upstream destination name cannot be empty\n\t* upstreams cannot "
          "contain duplicates by local bind address and port; \"127.0.0.1:5\" is specified twice\n"
          "\t* upstreams cannot contain duplicates of [type=\"service\", name=\"api\", "
          "namespace=\"\", datacenter=\"\"]\n\n");
  refused(R"({"Name":"w","Connect":{"SidecarService":{"ID":"x"}}})",
          "1 error occurred:\n\t* A SidecarService cannot specify an ID as this is managed by the "
          "agent\n\n");
  refused(R"({"Name":"w","Connect":{"SidecarService":{"Connect":{"SidecarService":{}}}}})",
          "1 error occurred:\n\t* A SidecarService cannot have a nested SidecarService\n\n");
  refused(R"({"Name":"p","Kind":"connect-proxy","Port":5,"Proxy":{"DestinationServiceName":"web",
            "Expose":{"Paths":[{}]}}})",
          "2 errors occurred:\n\t* expose.paths: empty path exposed\n\t* expose.paths: invalid "
          "listener port: 0\n\n");
  refused(R"({"Name":"m","Kind":"mesh-gateway"})",
          "1 error occurred:\n\t* Port must be non-zero for a mesh-gateway\n\n");
  CHECK(world.enter(R"({"Name":"w","Check":{"Args":["x"],"Interval":"1s"}})") ==
        "500 Scripts are disabled on this agent from remote calls; to enable, configure "
        "'enable_script_checks' to true");
  CHECK(world.state->catalog.services().empty());
}

}  // namespace
}  // namespace gw::mesh
