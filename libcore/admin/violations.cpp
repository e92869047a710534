#include "admin/violations.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "admin/json.h"
#include "base/text.h"
#include "config/schema.h"

namespace gw::admin {
namespace {

using config::Diagnostic;
using config::Kind;
using config::Node;

constexpr std::size_t kMaxPlaces = 100;  // of an answer; `validate` shows them all

struct Step {
  std::string key;
  std::optional<std::size_t> index;  // of a list; the key is that of the list then
};

// services[0].routes[1].paths as steps.
std::vector<Step> steps_of(std::string_view path) {
  std::vector<Step> steps;
  for (const auto part : split(path, '.')) {
    const auto open = part.find('[');
    if (part.empty()) continue;
    steps.push_back({std::string(part.substr(0, open)), std::nullopt});
    if (open == std::string_view::npos) continue;
    for (const auto bracket : split(part.substr(open + 1), '[')) {
      const auto index = parse_uint(bracket.substr(0, bracket.find(']')));
      if (index) steps.push_back({{}, static_cast<std::size_t>(*index)});
    }
  }
  return steps;
}

// Lists grow by nulls for what is good; an index is bounded by the size of what was sent.
Node& go(Node& holder, const Step& step) {
  if (step.index) {
    if (!holder.is(Kind::sequence)) holder = config::make_sequence();
    if (holder.items.size() <= *step.index) holder.items.resize(*step.index + 1);
    return holder.items[*step.index];
  }
  if (!holder.is(Kind::mapping)) holder = config::make_mapping();
  if (Node* known = holder.find(step.key)) return *known;
  holder.members.push_back({step.key, {}, Node{}});
  return holder.members.back().value;
}

// Whether the steps end at an item of a collection, and not at one of a field's values: a route's
// `snis` are names, a certificate's are entities.
bool is_entity(const std::vector<Step>& steps) {
  const std::size_t size = steps.size();
  if (size < 2 || !steps.back().index) return false;
  const std::string& list = steps[size - 2].key;
  if (config::find_entity(list) == nullptr) return false;
  const config::EntitySpec* owner = size < 4 ? nullptr : config::find_entity(steps[size - 4].key);
  return owner == nullptr || std::ranges::find(owner->fields, std::string_view(list),
                                               &config::FieldSpec::name) == owner->fields.end();
}

void put(Node& root, const Diagnostic& d) {
  const auto steps = steps_of(d.path);
  // Of these Kong says nothing but the text: what stands there is no entity, or one too many.
  const bool alone =
      d.message.starts_with("expected a") || d.message.starts_with("uniqueness violation");
  Node* place = &root;
  for (const Step& step : steps) place = &go(*place, step);
  if (is_entity(steps) && !alone) {
    Node& list = go(*place, {"@entity", std::nullopt});
    if (!list.is(Kind::sequence)) list = config::make_sequence();
    list.items.push_back(text(d.message));
  } else if (place->is(Kind::null)) {
    *place = text(d.message);
  }
}

bool is_reading_error(const Diagnostic& d) {
  return d.code.starts_with("GW10");
}

bool is_identifier(std::string_view key) {
  const auto fits = [](char c) { return is_alnum(c) || c == '_'; };
  return !key.empty() && !is_digit(key.front()) && std::ranges::all_of(key, fits);
}

// Penlight's pretty printer, with or without lines.
class LuaWriter {
 public:
  explicit LuaWriter(bool indented) : indented_(indented) {}

  void write(const Node& node, std::size_t depth) {
    if (node.is(Kind::mapping) || node.is(Kind::sequence)) {
      table(node, depth);
    } else {
      quote(node.text);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  bool indented_;
  std::string out_;
  bool first_ = true;

  void quote(std::string_view value) {
    out_ += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') out_ += '\\';
      if (c == '\n') out_ += '\\';
      out_ += c == '\n' ? 'n' : c;
    }
    out_ += '"';
  }

  void begin_entry(std::size_t depth) {
    if (!std::exchange(first_, false)) out_ += ',';
    if (indented_) out_.append("\n").append(2 * (depth + 1), ' ');
  }

  void table(const Node& node, std::size_t depth) {
    const std::string_view equals = indented_ ? " = " : "=";
    out_ += '{';
    first_ = true;
    bool gap = false;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (node.items[i].is(Kind::null)) {
        gap = true;
        continue;
      }
      begin_entry(depth);
      if (gap) out_ += fmt::format("[{}]{}", i + 1, equals);
      write(node.items[i], depth + 1);
    }
    for (const config::Member& member : node.members) {
      begin_entry(depth);
      if (is_identifier(member.key)) {
        out_ += member.key;
      } else {
        out_ += '[';
        quote(member.key);
        out_ += ']';
      }
      out_ += equals;
      write(member.value, depth + 1);
    }
    if (indented_) out_.append("\n").append(2 * depth, ' ');
    out_ += '}';
    first_ = false;
  }
};

std::string text_of_error(const Node& error) {
  return error.is(Kind::string) ? error.text : lua_table_indented(error);
}

std::vector<const config::Member*> sorted_members(const Node& node) {
  std::vector<const config::Member*> out;
  out.reserve(node.members.size());
  for (const config::Member& member : node.members) out.push_back(&member);
  std::ranges::sort(out, {}, [](const config::Member* m) { return std::string_view(m->key); });
  return out;
}

void add_field(std::vector<std::string>& out, const config::Member& field) {
  const Node& error = field.value;
  if (error.is(Kind::string)) out.push_back(fmt::format("{}: {}", field.key, error.text));
  for (std::size_t i = 0; i < error.items.size(); ++i) {
    if (error.items[i].is(Kind::null)) continue;
    out.push_back(fmt::format("{}.{}: {}", field.key, i + 1, text_of_error(error.items[i])));
  }
  for (const config::Member* sub : sorted_members(error)) {
    out.push_back(fmt::format("{}.{}: {}", field.key, sub->key, text_of_error(sub->value)));
  }
}

}  // namespace

Node error_tree(const config::Diagnostics& found) {
  Node root = config::make_mapping();
  for (const Diagnostic& d : found.all()) {
    if (d.severity != config::Severity::error) continue;
    if (is_reading_error(d) && d.where.line > 0) {
      return object({{"error", text(fmt::format("failed parsing declarative configuration: "
                                                "{}:{}: {}",
                                                d.where.line, d.where.column, d.message))}});
    }
    if (d.path.empty()) return object({{"error", text(d.message)}});
    put(root, d);
  }
  return root;
}

std::string lua_table(const Node& node) {
  LuaWriter writer(false);
  writer.write(node, 0);
  return writer.take();
}

std::string lua_table_indented(const Node& node) {
  LuaWriter writer(true);
  writer.write(node, 0);
  return writer.take();
}

std::string schema_message(const Node& fields) {
  std::vector<std::string> all;
  if (const Node* whole = fields.find("@entity")) {
    for (const Node& error : whole->items) all.push_back(text_of_error(error));
  }
  for (const config::Member* member : sorted_members(fields)) {
    if (member->key != "@entity") add_field(all, *member);
  }
  const std::string list = join(all, "; ");
  if (all.size() == 1) return fmt::format("schema violation ({})", list);
  return fmt::format("{} schema violations ({})", all.size(), list);
}

Node places(const config::Diagnostics& found, const config::Sources& sources) {
  Node out = config::make_sequence();
  for (const Diagnostic& d : found.all()) {
    if (d.severity != config::Severity::error || out.items.size() >= kMaxPlaces) continue;
    Node entry = object({{"code", text(d.code)}});
    if (d.where.line > 0) {
      append(entry, "file", text(sources.name(d.where.file)));
      append(entry, "line", number(d.where.line));
      append(entry, "column", number(d.where.column));
    }
    append(entry, "path", text(d.path));
    append(entry, "message", text(d.message));
    if (!d.expected.empty()) append(entry, "expected", text(d.expected));
    if (!d.suggestion.empty()) append(entry, "suggestion", text(d.suggestion));
    out.items.push_back(std::move(entry));
  }
  return out;
}

}  // namespace gw::admin
