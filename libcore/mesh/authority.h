// The mesh's certificate authority: roots, their rotation with cross-signing, and leaves, in the
// profile of Consul's built-in provider (consul-behaviour.md sections 3.1, 3.2, 3.4).
//
// Knows no clock and no network: time is passed in. ECDSA P-256 throughout, unless an operator
// gives another key. Every key that fails uses up a serial, as in Consul.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace gw::mesh {

struct Root {
  std::string id;  // SHA-1 of the DER, hex with colons
  std::string name = "Consul CA Root Cert";
  std::uint64_t serial = 0;
  std::string signing_key_id;  // hex with colons: the subject key id
  std::string trust_uuid;      // the trust domain without ".consul"
  WallSeconds not_before{};
  WallSeconds not_after{};
  std::string pem;                         // ends with a newline
  std::vector<std::string> intermediates;  // the cross-signed certificate after a rotation
  bool active = false;
  std::string key_type = "ec";  // or "rsa", where an operator gave one
  int key_bits = 256;
  std::uint64_t create_index = 0;  // of the agent's changes; whoever rotates sets them
  std::uint64_t modify_index = 0;
};

struct IssuedLeaf {
  std::string serial;       // hex with colons
  std::string certificate;  // PEM: the leaf, then what leads to the roots before the active one
  Secret key;               // PEM, "EC PRIVATE KEY" (SEC 1)
  std::string service;
  std::string uri;  // spiffe://<trust domain>/ns/default/dc/<datacenter>/svc/<service>
  WallSeconds not_before{};
  WallSeconds not_after{};
  std::string signing_key_id;  // of the root that signed it
};

// How Consul's versions word a leaf: 1.7 to 1.10 have a CN, 1.11 and later an empty subject and a
// critical SAN.
enum class LeafProfile : std::uint8_t { v1_8, v1_11 };

struct LeafRequest {
  std::string_view service;
  std::chrono::seconds ttl = std::chrono::hours(72);
  WallSeconds now{};
  LeafProfile profile = LeafProfile::v1_8;
  // Fault: its validity has ended already at `now`.
  bool expired = false;
};

class Authority {
 public:
  // A new trust domain with its first root.
  [[nodiscard]] static Result<std::unique_ptr<Authority>> create(std::string datacenter,
                                                                 WallSeconds now);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  [[nodiscard]] const std::string& trust_domain() const {
    return trust_domain_;
  }  // "<uuid>.consul"
  [[nodiscard]] const std::vector<Root>& roots() const { return roots_; }  // the newest first
  [[nodiscard]] const Root& active() const { return roots_.front(); }
  [[nodiscard]] std::string bundle() const;  // every root's PEM

  // A new root, cross-signed by the one before unless `cross_sign` is false. `key`: PEM of a
  // private key as the operator gives it (an Error says what is wrong with it); empty: a new one.
  [[nodiscard]] Result<void> rotate(WallSeconds now, const Secret& key = {},
                                    bool cross_sign = true);
  // The same with a root that the operator made; the active one changes nothing. Errors (invalid):
  // it is no CA certificate, or the key is another's (which Consul 1.8 takes, and then issues
  // leaves that nobody can verify).
  [[nodiscard]] Result<void> adopt(WallSeconds now, const Secret& key, std::string_view certificate,
                                   bool cross_sign = true);
  // The roots' indexes, once the agent knows which change it was.
  void stamp(std::uint64_t index);
  // Drops roots that were retired before `now` less `keep`. Whether any was dropped: then stamp().
  bool prune(WallSeconds now, std::chrono::seconds keep);

  // Errors (invalid), worded as Consul's: a name that is empty or has a slash.
  [[nodiscard]] Result<IssuedLeaf> issue(const LeafRequest& request);

 private:
  struct Signer;  // key and certificate of the active root
  explicit Authority(std::string datacenter);

  Result<void> install(Signer next, WallSeconds now, bool cross_sign);
  // The identity of `service`; an Error for a name that no identity can have.
  [[nodiscard]] Result<std::string> uri_of(std::string_view service) const;

  std::string datacenter_;
  std::string trust_domain_;
  std::uint64_t serial_ = 6;  // shared by roots and leaves; a bootstrapped agent's root is 7
  std::vector<Root> roots_;
  std::vector<WallSeconds> retired_;  // when each of roots_ was; the active one's says nothing
  std::unique_ptr<Signer> signer_;
};

}  // namespace gw::mesh
