#include "config/codes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gw::config {
namespace {

using enum Severity;

// One row a code, in the order of the codes.
constexpr auto kCodes = std::to_array<CodeRow>({
    // 10: reading
    {"GW1001", "text-too-large", error, "The text is larger than what is read.",
     "Split the config into several files."},
    {"GW1002", "not-utf-8", error, "The text is not valid UTF-8.", "Save the file as UTF-8."},
    {"GW1003", "control-character", error,
     "The text or a string in it has a NUL or another control character.",
     "Remove the character; put binary data in base64."},
    {"GW1004", "syntax", error, "The text is not well-formed YAML or JSON.",
     "Mend the place that is marked; often the cause is on the line before."},
    {"GW1005", "tab-indentation", error, "A line of YAML is indented with a tab.",
     "Indent with spaces."},
    {"GW1006", "too-deep", error, "Lists and mappings are nested too deeply.",
     "Nothing that this program reads nests this deep; look for a generator that went wrong."},
    {"GW1007", "too-many-aliases", error,
     "Aliases are too many, or expand to more than what is read.",
     "Write the values out, or share them in fewer places."},
    {"GW1008", "alias-cycle", error, "An alias refers to a node that contains it.",
     "Break the cycle: a value cannot contain itself."},
    {"GW1009", "duplicate-key", error, "A key stands twice in one mapping.",
     "Remove one of the two; neither first nor last silently wins."},
    {"GW1010", "key-not-text", error, "A key of a mapping is empty, a list or a mapping.",
     "Use a plain word or a quoted string as key."},
    {"GW1011", "bad-merge", error, "The value of << is not a mapping or a list of mappings.",
     "Give << an alias of a mapping, or a list of such aliases."},
    {"GW1012", "unknown-tag", error, "A YAML tag is unknown or does not fit its value.",
     "Remove the tag, or use one of !!str !!int !!float !!bool !!null !!seq !!map."},
    {"GW1013", "number-out-of-range", error, "A number is not finite or does not fit a double.",
     "Write a smaller number, or quote it if it is text."},
    {"GW1014", "yaml-1.1-boolean", warning,
     "The word is text in YAML 1.2 but a boolean in YAML 1.1, which Kong reads.",
     "Write true or false, or quote the word."},
    {"GW1015", "yaml-1.1-number", warning,
     "The text is read differently by YAML 1.1 readers, Kong's among them.",
     "Write the number without leading zeros, colons and underscores, or quote the text."},
    {"GW1016", "too-many-values", error, "The text has more values than what is read.",
     "Split the config into several files."},
    {"GW1017", "value-too-long", error,
     "One value, comment or bracketed list is longer than what is read at once.",
     "Split it, or write large lists a line an item."},
    // 11: formats and files
    {"GW1101", "neither-format", error,
     "The document is neither a Kong config nor a Kubernetes object.",
     "A Kong config begins with _format_version; a Kubernetes object has apiVersion and kind."},
    {"GW1102", "deck-only", warning, "The key is decK's own; Kong itself refuses it.",
     "Remove it when the file is meant for Kong."},
    {"GW1103", "entity-not-run", warning,
     "Kong has this kind of entity; this program reads it and does not act on it.",
     "Nothing to do if nothing depends on it."},
    {"GW1104", "patch-without-target", error, "A patch, and no Kubernetes object to apply it to.",
     "Give the manifest together with the patch."},
    // 12: fields
    {"GW1201", "unknown-field", error, "The field does not exist there, or not at this level.",
     "Correct the spelling, remove it, or choose another --compat level."},
    {"GW1202", "wrong-type", error, "The value has the wrong type.",
     "Write a value of the type that is named; quote numbers that are text."},
    {"GW1203", "missing-field", error, "A field that has to be set is missing or null.",
     "Add the field."},
    {"GW1204", "out-of-range", error, "The number is out of range.",
     "Choose a number within the bounds."},
    {"GW1205", "not-one-of", error, "The value is not one of those that are allowed.",
     "Choose one of them."},
    {"GW1206", "bad-form", error, "The text does not have the form that the field needs.",
     "Write it in the form that is named."},
    {"GW1207", "empty", error, "The text is empty.", "Write a value, or remove the field."},
    {"GW1208", "excluded", error, "The value does not fit another field of the same entity.",
     "Remove one of the two."},
    {"GW1209", "none-of", error, "None of several fields is set, and one has to be.",
     "Set one of them."},
    {"GW1210", "bad-pem", error, "A certificate or key cannot be read.",
     "Give PEM text, certificates from BEGIN to END CERTIFICATE, keys without a passphrase."},
    {"GW1211", "key-mismatch", error, "The private key does not belong to the certificate.",
     "Give the key that the certificate was made for; the leaf certificate comes first."},
    {"GW1212", "expired", error, "The certificate has expired.", "Renew it."},
    {"GW1213", "no-ca", error, "The certificate is not that of one CA.",
     "Give one certificate that has the CA basic constraint."},
    {"GW1214", "ttl-ignored", warning, "Lifetimes of credentials need a database.",
     "Remove ttl, and remove the credential when its time has come."},
    {"GW1215", "unverified-tls", note, "The upstream's certificate is not verified.",
     "Set tls_verify: true, and ca_certificates if the CA is your own."},
    {"GW1216", "keyless-credential", warning,
     "Kong draws a random key for a credential without one, and nobody knows it.",
     "Give the credential a key."},
    {"GW1217", "sans-unchecked", warning,
     "tls_sans says who the upstream has to be, and nothing looks at its certificate.",
     "Remove tls_verify: false, and speak https or grpcs; or remove tls_sans."},
    {"GW1218", "vault-not-run", warning, "Kong has this kind of vault; this program does not.",
     "Keep secrets in variables of the environment (env) or in files ({vault://file/PATH})."},
    // 13: references and duplicates
    {"GW1301", "bad-reference", error, "The entity that is referred to does not exist.",
     "Correct the name, or add the entity."},
    {"GW1302", "reference-form", error, "A reference has a form that this Kong does not read.",
     "Write the name or id of the entity as text."},
    {"GW1303", "duplicate", error, "Two entities share a name, key or id.",
     "Rename or remove one of them."},
    {"GW1304", "overridden", warning,
     "Two entities share a name, key or id: Kong before 3.4 silently keeps the later one.",
     "Rename or remove one of them; Kong 3.4 refuses such a file."},
    {"GW1305", "parent-twice", error, "A nested entity refers to a parent as well.",
     "Remove the reference, or move the entity to the top of the file."},
    {"GW1306", "unknown-anonymous", warning, "The anonymous consumer does not exist.",
     "Add the consumer; otherwise requests without a good key are answered with 500."},
    // 14: plugins
    {"GW1401", "unknown-plugin", error, "No plugin has this name.", "Correct the name."},
    {"GW1402", "plugin-not-run", warning, "Kong has this plugin; this program does not run it.",
     "Do not rely on its effect here."},
    {"GW1403", "guard-not-run", error,
     "A plugin that guards access and that this program does not run.",
     "Remove the plugin, or name it in --allow-unsupported-plugins to let everyone in."},
    {"GW1404", "plugin-scope", error, "The plugin cannot be scoped to a consumer.",
     "Scope it to a route or service, or make it global."},
    {"GW1405", "limit-order", error, "A longer period has a smaller limit than a shorter one.",
     "Raise the longer period's limit, or remove it."},
    {"GW1406", "sync-rate", error, "The value of sync_rate does not work.",
     "Use -1, or at least 0.02 together with policy redis."},
    {"GW1407", "error-code", warning,
     "Kong answers 500 when a limit trips with an error_code outside 400 to 599.",
     "Choose a status from 400 to 599."},
    {"GW1408", "never-applies", warning,
     "The plugin is scoped to a consumer and nothing authenticates consumers.",
     "Add an authentication plugin such as key-auth."},
    {"GW1409", "consumer-limits", warning,
     "An entry of consumer-rate-limiting has no effect, or "
     "not the one that it seems to have.",
     "See the message."},
    {"GW1410", "cluster-as-local", warning,
     "Policy cluster needs a database; counters are kept in this node's memory instead.",
     "Use policy local, or redis to share counters."},
    {"GW1411", "open-redis", note, "Redis is spoken to without TLS or password.",
     "Set ssl and password unless the network between is trusted."},
    {"GW1412", "alias-mismatch", error, "A field and its old spelling have different values.",
     "Keep the new one."},
    // 15: routes and paths
    {"GW1501", "bad-path", error, "The path does not have the form that routes need.",
     "Begin with /, without empty segments and in normal form."},
    {"GW1502", "bad-regex", error, "The regular expression does not compile.",
     "Mend the expression; it is read by PCRE2."},
    {"GW1503", "router-regex", error,
     "The regular expression compiles, but the router of Kong 3 does not know this construct.",
     "Write it without look-around and back-references."},
    {"GW1504", "literal-regex", warning,
     "The path looks like a regular expression, but since format 3.0 is a plain prefix.",
     "Write ~ before it if it is meant as a regular expression."},
    {"GW1505", "protocols", error, "The protocols of the route do not go together.",
     "Use protocols of one family."},
    {"GW1506", "no-criterion", error, "The route says nothing that requests could match.",
     "Give it paths, hosts, methods or headers."},
    {"GW1507", "stream-route", warning, "Stream routes (tcp, tls, udp) are read and not run.",
     "Nothing to do if only http is wanted here."},
    // 16: Kubernetes
    {"GW1601", "malformed-object", error,
     "A Kubernetes object lacks a field or has it in a wrong form.",
     "Write the field as the API version of the object has it."},
    {"GW1602", "unknown-object-field", warning,
     "A Kubernetes object has a field that its kind does not know.",
     "Correct the name or remove the field; Kubernetes drops it."},
    {"GW1603", "duplicate-object", error, "An object of the same kind and name stands twice.",
     "Remove or rename one of the two."},
    {"GW1604", "missing-object", error, "An object is referred to and does not exist.",
     "Correct the name, or add the object's manifest to the config."},
    {"GW1605", "missing-port", error, "A backend names a port that its Service does not have.",
     "Use a port of the Service; for an ExternalName service its number."},
    {"GW1606", "bad-secret", error, "A Secret lacks a value, or the value cannot be used.",
     "Put the value into data in base64, or into stringData as it is."},
    {"GW1607", "unknown-annotation", warning,
     "An annotation of Kong's is unknown or has no effect there.",
     "Correct its name, or put it on the kind of object that takes it."},
    {"GW1608", "bad-annotation", warning,
     "The value of an annotation cannot be used and is ignored.",
     "Write a value of the form that the report names."},
    {"GW1609", "not-the-gateways", note, "A Kubernetes object is of no concern to the gateway.",
     "Nothing: it is skipped."},
    {"GW1610", "without-effect", warning, "A part of the manifests has no effect.",
     "Refer to it, or remove it."},
    {"GW1611", "patch-target", error, "A patch is for an object that is not in the config.",
     "Name KIND/NAME of an object that stands before the patch."},
    {"GW1612", "unsupported-object", warning,
     "Something that other controllers know and this gateway does not.",
     "Do without it, or configure it in Kong's own format."},
    {"GW1613", "too-many-objects", error,
     "The manifests make more objects or plugins than a gateway holds.",
     "Split the config, or name plugins on fewer consumers, routes and services."},
    // 17: scenarios, and topologies of meshes
    {"GW1701", "scenario-unknown-key", error,
     "A key that scenarios or topologies do not have at this place.",
     "Correct the spelling, or move the key to where it belongs."},
    {"GW1702", "scenario-wrong-type", error,
     "A value of a scenario or topology has the wrong type.",
     "Write a value of the type that is named."},
    {"GW1703", "scenario-missing-key", error,
     "A key that a scenario or topology needs is not there.", "Add the key."},
    {"GW1704", "scenario-bad-value", error, "A value of a scenario or topology has the wrong form.",
     "Write it in the form that is named."},
    {"GW1705", "scenario-out-of-range", error,
     "A number of a scenario or topology, or how many of something it has, is out of range.",
     "Stay within the bounds that are named; several steps or scenarios go further than one."},
    {"GW1706", "scenario-unquoted-word", error,
     "A boolean or null stands where a scenario or topology has text.", "Put the word in quotes."},
    {"GW1707", "scenario-conflict", error,
     "Two parts of a scenario or topology exclude one another.",
     "Keep one of the two, or make two steps of it."},
    {"GW1708", "scenario-bad-pattern", error, "A regular expression does not compile.",
     "Mend the pattern; it is read by PCRE2 in its ECMAScript-compatible mode."},
    {"GW1709", "scenario-list-length", error,
     "A list of one value a repetition is not as long as the step has repetitions.",
     "Give one value a repetition; for a repeated header field write {all: [...]}."},
    {"GW1710", "scenario-time-passed", error,
     "An absolute time of a step lies before the time that was reached already.",
     "Order the steps by time, or write the time as +D."},
    {"GW1711", "scenario-setting", error, "A setting of the gateway is unknown or has a bad value.",
     "Use a setting by Kong's name, with a value as kong.conf takes it."},
    {"GW1712", "scenario-setting-without-effect", warning,
     "A setting of Kong's that has no meaning here.", "Remove it; nothing changes."},
    {"GW1713", "not-a-scenario", error, "The file has no scenario.",
     "Begin each document of the file with a `scenario` key, its title."},
    {"GW1714", "scenario-file-unreadable", error, "A file that a scenario names cannot be read.",
     "Correct the path, or make the file readable."},
    // 18: settings
    {"GW1801", "unknown-setting", error, "No setting has this name.", "Correct the name."},
    {"GW1802", "bad-setting", error, "The value of a setting has the wrong form.",
     "Write the value in the form that is named."},
    {"GW1803", "setting-without-effect", warning,
     "Kong has this setting; it does not change what is checked here.", "Nothing: it is skipped."},
    {"GW1804", "not-a-setting", error, "A line of the settings file is no setting.",
     "Write name = value, or begin the line with #."},
});

static_assert(std::ranges::adjacent_find(kCodes, std::ranges::greater_equal{}, &CodeRow::code) ==
                  kCodes.end(),
              "codes are unique and sorted");

constexpr std::array<std::string_view, 3> kSeverityNames{"error", "warning", "note"};

}  // namespace

std::span<const CodeRow> codes() {
  return kCodes;
}

const CodeRow* find_code(std::string_view code) {
  const auto* const at = std::ranges::lower_bound(kCodes, code, {}, &CodeRow::code);
  return at != kCodes.end() && at->code == code ? &*at : nullptr;
}

std::string_view to_text(Severity severity) {
  return kSeverityNames.at(static_cast<std::size_t>(severity));
}

Diagnostic make_diagnostic(std::string_view code, Span where, std::string message) {
  Diagnostic d;
  const CodeRow* row = find_code(code);
  d.code = row != nullptr ? row->code : code;
  d.severity = row != nullptr ? row->severity : Severity::error;
  d.where = where;
  d.message = std::move(message);
  return d;
}

}  // namespace gw::config
