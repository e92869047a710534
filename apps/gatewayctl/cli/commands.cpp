// The declarations themselves. Help, man pages and completion say what stands here, word for word.

#include <array>

#include "cli/commands_certs.h"
#include "cli/commands_mesh.h"
#include "cli/spec.h"

namespace gw::cli {
namespace {

constexpr std::array<std::string_view, 3> kWhen{"auto", "always", "never"};
constexpr std::array<std::string_view, 5> kFindingFormats{"text", "json", "junit", "sarif",
                                                          "github"};
constexpr std::array<std::string_view, 5> kReplayFormats{"text", "json", "junit", "tap", "github"};
constexpr std::array<std::string_view, 2> kAccessLogFormats{"combined", "json"};
constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};
constexpr std::array<std::string_view, 1> kTargets{"kong"};
constexpr std::array<std::string_view, 19> kLevels{"2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6",
                                                   "2.7", "2.8", "3.0", "3.1", "3.2", "3.3", "3.4",
                                                   "3.5", "3.6", "3.7", "3.8", "3.9"};

constexpr std::array kCommon{
    OptionSpec{.short_name = "",
               .long_name = "--color",
               .placeholder = "WHEN",
               .help = "colour the output; auto: on a terminal, unless NO_COLOR is set",
               .choices = kWhen},
    OptionSpec{.short_name = "-h",
               .long_name = "--help",
               .placeholder = "",
               .help = "show this help and exit"},
};

constexpr std::array kRootOptions{
    OptionSpec{.short_name = "-V",
               .long_name = "--version",
               .placeholder = "",
               .help = "show the version and exit"},
};
constexpr std::array kRootExamples{
    Example{"gatewayctl validate kong.yml", "every mistake of a config, with line and column"},
    Example{"gatewayctl replay scenarios", "play the traffic scenarios of a folder"},
    Example{"gatewayctl serve -c kong.yml", "be the gateway"},
};

constexpr OptionSpec kCompat{
    .short_name = "",
    .long_name = "--compat",
    .placeholder = "LEVEL",
    .help = "which Kong to imitate, 2.0 to 3.9; by default what the config's _format_version says",
    .choices = kLevels};
constexpr OptionSpec kPatch{.short_name = "",
                            .long_name = "--patch",
                            .placeholder = "KIND/NAME=JSON",
                            .help = "merge patch (RFC 7396) on a Kubernetes object of the config",
                            .repeatable = true};

constexpr OptionSpec kSet{
    .short_name = "",
    .long_name = "--set",
    .placeholder = "NAME=VALUE",
    .help = "one setting by Kong's name; wins over KONG_* variables and --kong-conf",
    .repeatable = true};
constexpr OptionSpec kAllowUnsupported{
    .short_name = "",
    .long_name = "--allow-unsupported-plugins",
    .placeholder = "NAMES",
    .help =
        "plugins (a,b) that guard access and may be left out, though this program does not run "
        "them",
    .repeatable = true};

constexpr std::array kValidateArguments{ArgumentSpec{
    .placeholder = "PATH",
    .help = "a file, a folder of *.yml *.yaml *.json, or - for standard input; several "
            "are merged into one config, a *.scenario.yml is checked as a scenario",
    .required = true,
    .repeatable = true,
    .completes = Completes::files}};
constexpr std::array kValidateOptions{
    OptionSpec{.short_name = "",
               .long_name = "--format",
               .placeholder = "FORMAT",
               .help = "how to write the findings; text by default",
               .choices = kFindingFormats},
    OptionSpec{.short_name = "",
               .long_name = "--strict",
               .placeholder = "",
               .help = "warnings count as failures"},
    OptionSpec{.short_name = "",
               .long_name = "--ignore",
               .placeholder = "CODE",
               .help = "switch one diagnostic off, such as GW1203",
               .repeatable = true},
    kCompat,
    kPatch,
    OptionSpec{.short_name = "",
               .long_name = "--kong-conf",
               .placeholder = "FILE",
               .help = "check these settings, in the form of kong.conf, too",
               .completes = Completes::files},
    kSet,
};
constexpr std::array kValidateExamples{
    Example{"gatewayctl validate kong.yml", "every mistake, with file, line and column"},
    Example{"gatewayctl validate --strict --format sarif k8s/ > findings.sarif",
            "a folder of manifests, for a code scanner; warnings fail"},
};

constexpr std::array kReplayArguments{
    ArgumentSpec{.placeholder = "PATH",
                 .help = "a scenario file, or a folder searched for *.scenario.yml",
                 .required = false,
                 .repeatable = true,
                 .completes = Completes::files}};
constexpr std::array kReplayOptions{
    OptionSpec{.short_name = "",
               .long_name = "--live",
               .placeholder = "",
               .help = "play over real sockets: the real proxy and stub upstreams on loopback, on "
                       "the scenario's virtual clock; every scenario gives the same verdict with "
                       "and without it"},
    OptionSpec{.short_name = "-c",
               .long_name = "--config",
               .placeholder = "FILE",
               .help = "replaces the scenarios' own config; several are merged",
               .repeatable = true,
               .completes = Completes::files},
    kCompat,
    kPatch,
    OptionSpec{.short_name = "",
               .long_name = "--filter",
               .placeholder = "TEXT",
               .help = "only scenarios whose title or path contains TEXT"},
    OptionSpec{.short_name = "",
               .long_name = "--list",
               .placeholder = "",
               .help = "show which scenarios there are and play none"},
    OptionSpec{.short_name = "",
               .long_name = "--keep-going",
               .placeholder = "",
               .help = "play a scenario on after a failed step"},
    OptionSpec{.short_name = "",
               .long_name = "--fail-on-skip",
               .placeholder = "",
               .help = "a skipped scenario counts as failed"},
    OptionSpec{.short_name = "",
               .long_name = "--explain",
               .placeholder = "",
               .help = "for each request: route, credential, plugins, counters and headers, with "
                       "the reasons"},
    OptionSpec{.short_name = "",
               .long_name = "--send",
               .placeholder = "REQUEST",
               .help = "play one request, such as 'GET /web', on -c CONFIG without a scenario"},
    OptionSpec{.short_name = "",
               .long_name = "--format",
               .placeholder = "FORMAT",
               .help = "how to write the results; text by default",
               .choices = kReplayFormats},
    kAllowUnsupported,
};
constexpr std::array kReplayExamples{
    Example{"gatewayctl replay scenarios", "play every scenario of a folder in virtual time"},
    Example{"gatewayctl replay --live scenarios", "the same through the real proxy"},
    Example{"gatewayctl replay -c kong.yml --send 'GET /web' --explain",
            "why one request is answered as it is"},
};

constexpr std::array kServeOptions{
    OptionSpec{.short_name = "-c",
               .long_name = "--config",
               .placeholder = "FILE",
               .help = "a config, or a folder of them; several are merged",
               .repeatable = true,
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--proxy-listen",
               .placeholder = "ADDR:PORT",
               .help = "where clients are served, 127.0.0.1:8000 by default; '127.0.0.1:8443 ssl' "
                       "for TLS, port 0 for any free one",
               .repeatable = true},
    OptionSpec{.short_name = "",
               .long_name = "--admin-listen",
               .placeholder = "ADDR:PORT",
               .help = "where the Admin API is served, 127.0.0.1:8001 by default; off for nowhere"},
    OptionSpec{.short_name = "",
               .long_name = "--workers",
               .placeholder = "N",
               .help = "threads that serve; one a core by default"},
    OptionSpec{.short_name = "",
               .long_name = "--access-log",
               .placeholder = "FILE",
               .help = "one line a request; - is standard output, and the default; off for none",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--access-log-format",
               .placeholder = "FORMAT",
               .help = "how those lines are written; combined by default",
               .choices = kAccessLogFormats},
    OptionSpec{.short_name = "",
               .long_name = "--ready-file",
               .placeholder = "FILE",
               .help = "written once every listener accepts: their addresses and the process id, "
                       "as JSON",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--drain-timeout",
               .placeholder = "TIME",
               .help = "how long requests under way may take after SIGTERM; 30s by default"},
    OptionSpec{.short_name = "",
               .long_name = "--kong-conf",
               .placeholder = "FILE",
               .help = "settings in the form of kong.conf; KONG_* variables win over them",
               .completes = Completes::files},
    kSet,
    kCompat,
    kPatch,
    kAllowUnsupported,
    OptionSpec{.short_name = "-t",
               .long_name = "--test",
               .placeholder = "",
               .help = "check config and settings as they would be used, and exit"},
};
constexpr std::array kServeExamples{
    Example{"gatewayctl serve -c kong.yml", "serve a config on 127.0.0.1:8000"},
    Example{"gatewayctl serve -c kong.yml --proxy-listen '0.0.0.0:8443 ssl'",
            "TLS, on every address"},
    Example{"gatewayctl serve -t -c kong.yml --kong-conf kong.conf",
            "check everything, and serve nothing"},
};

constexpr std::array kConfigExamples{
    Example{"gatewayctl config schema > kong.schema.json", "completion and checks in an editor"},
    Example{"gatewayctl config convert k8s/ --to kong > kong.yml", "leave Kubernetes behind"},
};
constexpr std::array kSchemaArguments{
    ArgumentSpec{.placeholder = "ENTITY|PLUGIN",
                 .help = "an entity such as services, or a plugin such as rate-limiting; without "
                         "one, the whole config"}};
constexpr std::array kSchemaOptions{kCompat};
constexpr std::array kSchemaExamples{
    Example{"gatewayctl config schema > kong.schema.json", "the whole declarative config"},
    Example{"gatewayctl config schema rate-limiting", "one plugin's config"},
};
constexpr std::array kConvertArguments{
    ArgumentSpec{.placeholder = "PATH",
                 .help = "manifests: files, folders, or - for standard input",
                 .required = true,
                 .repeatable = true,
                 .completes = Completes::files}};
constexpr std::array kConvertOptions{
    OptionSpec{.short_name = "",
               .long_name = "--to",
               .placeholder = "FORM",
               .help = "what to write; kong is the declarative format, and the default",
               .choices = kTargets},
    kCompat,
    kPatch,
};
constexpr std::array kConvertExamples{
    Example{"gatewayctl config convert ingress.yml --to kong", "as one declarative file"}};

constexpr std::array kCompletionArguments{ArgumentSpec{
    .placeholder = "SHELL", .help = "for which shell", .required = true, .choices = kShells}};
constexpr std::array kCompletionExamples{
    Example{"source <(gatewayctl completion bash)", "in this shell, at once"}};

constexpr std::array kManArguments{
    ArgumentSpec{.placeholder = "PAGE", .help = "gatewayctl by default, or gatewayctl-COMMAND"}};
constexpr std::array kManOptions{
    OptionSpec{.short_name = "",
               .long_name = "--list",
               .placeholder = "",
               .help = "show which pages there are"},
};
constexpr std::array kManExamples{
    Example{"gatewayctl man gatewayctl-replay | man -l -", "read a page that is not installed"}};

constexpr std::array kCommands{
    CommandSpec{
        .name = "",
        .summary = "validate, replay and serve Kong-style gateway configs",
        .description =
            "Answers, before anything is deployed: is this config right, and will these limits do "
            "what was promised to each consumer? Then serves it, by the same decisions.",
        .options = kRootOptions,
        .examples = kRootExamples,
        .group = true},
    CommandSpec{
        .name = "validate",
        .summary = "check gateway configs and report every mistake",
        .description =
            "Reads declarative gateway configs (Kong's format, or Kubernetes manifests) and "
            "reports every mistake in one run, each with file, line, column, a stable code, the "
            "field, and what was expected. As text the findings go to standard error and a summary "
            "to standard output; the other formats go to standard output.",
        .arguments = kValidateArguments,
        .options = kValidateOptions,
        .examples = kValidateExamples},
    CommandSpec{
        .name = "replay",
        .summary = "play traffic scenarios through the gateway and check what comes",
        .description =
            "Plays traffic scenarios through the gateway's own decisions and checks statuses, "
            "headers and bodies, in virtual time: a month takes milliseconds. Nothing is listened "
            "on or connected to, unless --live asks for the proxy itself.",
        .arguments = kReplayArguments,
        .options = kReplayOptions,
        .examples = kReplayExamples},
    CommandSpec{
        .name = "serve",
        .summary = "be the gateway: proxy HTTP as the config says",
        .description =
            "Serves a config: routing, key-auth, rate limiting, load balancing and health checks, "
            "by the same decisions that replay plays. SIGHUP loads config and settings anew (an "
            "invalid config is reported, and the old one stays), SIGTERM and SIGINT finish the "
            "requests under way and stop, SIGUSR1 opens the logs anew. Settings have Kong's names: "
            "flags win over KONG_* variables, those over --kong-conf. Events go to standard error. "
            "The Admin API is Kong's without a database: GET shows the node, its status and every "
            "entity (keys masked), POST /config checks a whole config and swaps it, other writes "
            "are 405. In a Consul Connect mesh it is a service of its own: {vault://consul/...} is "
            "fetched from the agent of the CONSUL_* variables and kept fresh, and tls_sans says "
            "who an upstream must be. A config with a plugin that guards access and is not run "
            "here (acl, jwt, ...) is "
            "refused.",
        .options = kServeOptions,
        .examples = kServeExamples},
    kCerts,
    kCertsFetch,
    kCertsNeedsRenewal,
    kCertsShow,
    kCertsVerify,
    kMesh,
    kMeshUp,
    kMeshIntention,
    kMeshIntentionCreate,
    kMeshIntentionDelete,
    kMeshIntentionList,
    kMeshIntentionCheck,
    kMeshFault,
    CommandSpec{.name = "config",
                .summary = "describe and translate configs",
                .description = "Works with configs as such: their schema, and their translation.",
                .examples = kConfigExamples,
                .group = true},
    CommandSpec{
        .name = "config schema",
        .summary = "print the JSON Schema of the config format, for editors",
        .description =
            "Prints a JSON Schema (draft 2020-12) of the declarative config, of one entity, or of "
            "one plugin's config, as the chosen Kong takes it.",
        .arguments = kSchemaArguments,
        .options = kSchemaOptions,
        .examples = kSchemaExamples},
    CommandSpec{
        .name = "config convert",
        .summary = "translate Kubernetes manifests to Kong's declarative format",
        .description =
            "Translates Ingresses, Services, KongPlugins, KongConsumers and their Secrets to one "
            "declarative YAML document on standard output. The document holds the credentials of "
            "the Secrets in clear text.",
        .arguments = kConvertArguments,
        .options = kConvertOptions,
        .examples = kConvertExamples},
    CommandSpec{
        .name = "completion",
        .summary = "print the completion script of a shell",
        .description = "Prints a script that completes commands, options, values and file names.",
        .arguments = kCompletionArguments,
        .examples = kCompletionExamples},
    CommandSpec{.name = "man",
                .summary = "print a manual page",
                .description = "Prints a page of the manual as roff source.",
                .arguments = kManArguments,
                .options = kManOptions,
                .examples = kManExamples},
};

}  // namespace

std::span<const CommandSpec> commands() {
  return kCommands;
}
std::span<const OptionSpec> common_options() {
  return kCommon;
}
std::string_view version() {
  return GW_VERSION;
}

}  // namespace gw::cli
