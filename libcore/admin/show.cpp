#include "admin/show.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "admin/json.h"
#include "admin/secrets.h"
#include "admin/show_value.h"
#include "base/digest.h"
#include "base/ip.h"
#include "base/text.h"
#include "config/check_format.h"
#include "config/check_path.h"
#include "config/schema.h"
#include "config/service_url.h"

namespace gw::admin {
namespace {

using config::Entity;
using config::FieldSpec;
using config::Kind;
using config::Node;
using config::Type;
using model::Level;

// One entity while it is shown.
class Shower {
 public:
  Shower(const Catalogue& catalogue, const Entity& entity, Form form)
      : catalogue_(catalogue), entity_(entity), form_(form) {
    if (entity.spec->collection == "services") {
      from_url_ = config::ServiceView(*entity.node).from_url();
    }
  }

  Node run() {
    Node out = config::make_mapping();
    for (const FieldSpec& field : entity_.spec->fields) {
      if (field.at(level()) && !is_hidden(field)) append(out, field.name, value(field));
    }
    if (entity_.spec->support == config::Support::known) add_unknown(out);
    const bool answers = form_ == Form::answer;
    if (answers && entity_.spec->collection == "certificates") append(out, "snis", snis());
    return out;
  }

 private:
  const Catalogue& catalogue_;
  const Entity& entity_;
  Form form_;
  std::optional<Node> from_url_;

  // A field that is not shown as the file has it.
  struct Special {
    std::string_view collection;
    std::string_view field;
    Node (Shower::*show)(const FieldSpec&) const;
  };
  static const std::array<Special, 6> kSpecials;

  [[nodiscard]] const Level& level() const { return catalogue_.level(); }

  [[nodiscard]] bool is_hidden(const FieldSpec& field) const {
    const bool only_written = field.name == "url" && entity_.spec->collection == "services";
    const bool obsolete = field.name == "run_on" && entity_.spec->collection == "plugins";
    // Below Kong 3.10 it is ours: who does not use it sees the fields that Kong has.
    const bool ours = field.name == "tls_sans" && given(field.name) == nullptr;
    return only_written || obsolete || ours;
  }

  [[nodiscard]] const Node* given(std::string_view name) const {
    const bool by_url = from_url_ && config::ServiceView::is_set_by_url(name);
    return (by_url ? *from_url_ : *entity_.node).find(name);
  }

  [[nodiscard]] Node value(const FieldSpec& field) const {
    if (field.name == "id") return text(entity_.id.str());
    if (field.type == Type::foreign) return reference(field);
    if (field.name == "created_at" || field.name == "updated_at") return time(field);
    for (const Special& row : kSpecials) {
      if (row.collection == entity_.spec->collection && row.field == field.name) {
        return (this->*row.show)(field);
      }
    }
    return show_value(given(field.name), field, level());
  }

  [[nodiscard]] Node reference(const FieldSpec& field) const {
    const Entity* target = catalogue_.target(entity_, field.name);
    if (target == nullptr) return {};
    Node id = text(target->id.str());
    return form_ == Form::file ? id : object({{"id", id}});
  }

  // Kong's clock has whole seconds, and milliseconds where the schema says number.
  [[nodiscard]] Node time(const FieldSpec& field) const {
    const Node* written = given(field.name);
    if (written != nullptr && written->is(Kind::number)) return *written;
    const auto since = catalogue_.loaded_at().time_since_epoch();
    if (field.type == Type::integer) {
      return config::make_number(
          static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(since).count()));
    }
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    return config::make_number(static_cast<double>(ms) / 1000.0);
  }

  [[nodiscard]] Node plugin_config(const FieldSpec&) const {
    static const Node empty = config::make_mapping();
    const config::PluginSpec* plugin = config::find_plugin(config::text_of(*entity_.node, "name"));
    const Node* written = given("config");
    const Node& from = written == nullptr || !written->is(Kind::mapping) ? empty : *written;
    if (plugin == nullptr || !plugin->config_known) return from;
    Node shown = show_record(from, plugin->config, level());
    if (form_ == Form::answer) return shown;
    for (const FieldSpec& field : plugin->config) {
      if (field.at(level()) && !field.alias_of.empty()) {
        std::erase_if(shown.members, [&](const auto& m) { return m.key == field.name; });
      }
    }
    return shown;
  }

  // "host:8000" when no port is written; IPv6 written out, in brackets.
  [[nodiscard]] Node target(const FieldSpec&) const {
    const std::string_view written = config::text_of(*entity_.node, "target");
    const auto address = config::parse_host_port(written);
    if (!address) return text(written);
    std::string host = address->host;
    if (const auto ip = IpAddress::parse(host); ip && !ip->v4) host = written_out(*ip);
    return text(fmt::format("{}:{}", host, address->port.value_or(8000)));
  }

  static std::string written_out(const IpAddress& ip) {
    std::string out = "[";
    for (std::size_t i = 0; i < ip.bytes.size(); ++i) {
      if (i != 0 && i % 2 == 0) out += ':';
      out += fmt::format("{:02x}", ip.bytes.at(i));
    }
    return out + ']';
  }

  [[nodiscard]] Node paths(const FieldSpec& field) const {
    Node shown = show_value(given(field.name), field, level());
    if (!entity_.migrates) return shown;
    for (Node& path : shown.items) path.text = config::migrate_path(path.text);
    return shown;
  }

  [[nodiscard]] Node strip_path(const FieldSpec& field) const {
    const Node* protocols = given("protocols");
    const bool grpc = protocols != nullptr && !protocols->items.empty() &&
                      protocols->items.front().text.starts_with("grpc");
    return grpc ? config::make_boolean(false) : show_value(given(field.name), field, level());
  }

  // kong-behaviour.md 6.4: choosing what to hash on chooses the algorithm.
  [[nodiscard]] Node algorithm(const FieldSpec& field) const {
    Node shown = show_value(given(field.name), field, level());
    const std::string_view hash_on = config::text_of(*entity_.node, "hash_on");
    if (hash_on.empty()) return shown;
    const bool hashes = hash_on != "none";
    if (hashes && shown.text == "round-robin") return text("consistent-hashing");
    if (!hashes && shown.text == "consistent-hashing") return text("round-robin");
    return shown;
  }

  [[nodiscard]] Node cert_digest(const FieldSpec& field) const {
    const Node* written = given(field.name);
    if (written != nullptr && written->is(Kind::string)) return *written;
    std::string body;
    for (const auto line : split(config::text_of(*entity_.node, "cert"), '\n')) {
      if (!line.starts_with("-----")) body += trim_ows(line.substr(0, line.find('\r')));
    }
    const auto der = base64_decode(body);
    return der ? text(to_hex(sha256(*der))) : Node{};
  }

  [[nodiscard]] Node snis() const {
    std::vector<std::string> names;
    for (const Entity* sni : catalogue_.children("snis", "certificate", entity_.id)) {
      names.emplace_back(config::name_of(*sni));
    }
    return texts(names);
  }

  // Of entities that are only known by name the schema has a part: the rest is shown as it stands.
  void add_unknown(Node& out) const {
    for (const config::Member& member : entity_.node->members) {
      const bool remark = member.key.starts_with('_');
      if (!remark && out.find(member.key) == nullptr) append(out, member.key, member.value);
    }
  }
};

const std::array<Shower::Special, 6> Shower::kSpecials{{
    {"plugins", "config", &Shower::plugin_config},
    {"targets", "target", &Shower::target},
    {"routes", "paths", &Shower::paths},
    {"routes", "strip_path", &Shower::strip_path},
    {"upstreams", "algorithm", &Shower::algorithm},
    {"ca_certificates", "cert_digest", &Shower::cert_digest},
}};

}  // namespace

std::string_view format_version(const Level& level) {
  if (level < Level{2, 1}) return "1.1";
  return level < Level{3, 0} ? "2.1" : "3.0";
}

Node show(const Catalogue& catalogue, const Entity& entity, ShowOptions options) {
  Node shown = Shower(catalogue, entity, options.form).run();
  if (!options.secrets) mask_secrets(shown, entity.spec->collection);
  if (!options.nulls) drop_nulls(shown);
  return shown;
}

Node show_file(const Catalogue& catalogue, bool secrets) {
  const Level& level = catalogue.level();
  Node out = object({{"_format_version", text(format_version(level))}});
  if (level >= Level{2, 1}) append(out, "_transform", config::make_boolean(false));
  for (const config::EntitySpec& spec : config::entities()) {
    Node list = config::make_sequence();
    for (const Entity* entity : catalogue.of(spec.collection)) {
      list.items.push_back(
          show(catalogue, *entity, {.form = Form::file, .nulls = false, .secrets = secrets}));
    }
    if (!list.items.empty()) append(out, spec.collection, std::move(list));
  }
  return out;
}

Node show_by_id(const Catalogue& catalogue, bool secrets) {
  const bool nulls = catalogue.level() >= Level{3, 0};
  Node out = config::make_mapping();
  for (const config::EntitySpec& spec : config::entities()) {
    Node list = config::make_mapping();
    for (const Entity* entity : catalogue.of(spec.collection)) {
      append(list, entity->id.str(),
             show(catalogue, *entity, {.nulls = nulls, .secrets = secrets}));
    }
    if (!list.members.empty()) append(out, spec.collection, std::move(list));
  }
  return out;
}

}  // namespace gw::admin
