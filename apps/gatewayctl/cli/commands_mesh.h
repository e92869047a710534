// The declarations of `mesh`; commands.cpp, the only reader, puts them in their place.
#pragma once

#include <array>

#include "cli/spec.h"

namespace gw::cli {

inline constexpr std::array<std::string_view, 2> kListFormats{"text", "json"};
inline constexpr std::array<std::string_view, 3> kFaults{"rotate-root", "expire-leaf", "agent"};

inline constexpr OptionSpec kConsulAddress{
    .short_name = "",
    .long_name = "--consul-http-addr",
    .placeholder = "URL",
    .help = "the Consul agent, over CONSUL_HTTP_ADDR; http://127.0.0.1:8500 by default"};
inline constexpr OptionSpec kConsulTokenFile{
    .short_name = "",
    .long_name = "--token-file",
    .placeholder = "FILE",
    .help = "a file that holds the ACL token, over CONSUL_HTTP_TOKEN_FILE",
    .completes = Completes::files};

inline constexpr std::array kMeshExamples{
    Example{"gatewayctl mesh up", "the tutorial's mesh: a gateway kong, and web, which calls api"},
    Example{"gatewayctl mesh intention create --deny kong web", "and nothing reaches web any more"},
    Example{"gatewayctl mesh fault rotate-root", "what a new root does to those who hold an old"},
};

inline constexpr std::array kMeshUpOptions{
    OptionSpec{.short_name = "-f",
               .long_name = "--file",
               .placeholder = "FILE",
               .help = "the topology: services, who calls whom, intentions; the tutorial's by "
                       "default",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--consul-listen",
               .placeholder = "ADDR:PORT",
               .help = "where the simulated Consul agent listens; 127.0.0.1:8500 by default, port "
                       "0 picks a free one"},
    OptionSpec{.short_name = "",
               .long_name = "--network",
               .placeholder = "127.X.Y.0",
               .help = "whose addresses the mesh takes, over the topology's; 127.0.0.0 by default: "
                       ".1 is the gateway's machine, .3 and on the services"},
    OptionSpec{.short_name = "",
               .long_name = "--ready-file",
               .placeholder = "FILE",
               .help = "written when everything listens: JSON with all addresses, the hosts file "
                       "and the pid; removed at the end",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--hosts-file",
               .placeholder = "FILE",
               .help = "where to write the hosts file; in a temporary folder by default, and "
                       "removed at the end in any case",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--verbose",
               .placeholder = "",
               .help = "tell on standard error of each connection that was refused, denied, cut or "
                       "failed, and why"},
};
inline constexpr std::array kMeshUpExamples{
    Example{"gatewayctl mesh up", "the tutorial's mesh"},
    Example{"gatewayctl mesh up -f mesh.yml --consul-listen 127.0.0.1:0 --ready-file f",
            "one's own, from a script that then reads the addresses in f"},
    Example{"gatewayctl mesh up --network 127.1.0.0 --consul-listen 127.1.0.1:8500",
            "a second one beside it"},
};

inline constexpr ArgumentSpec kSource{
    .placeholder = "SOURCE", .help = "the service that calls; * is any", .required = true};
inline constexpr ArgumentSpec kDestination{
    .placeholder = "DESTINATION", .help = "the service that is called; * is any", .required = true};
inline constexpr std::array kIntentionArguments{kSource, kDestination};

inline constexpr std::array kIntentionExamples{
    Example{"gatewayctl mesh intention create --deny kong web", "kong may not call web"},
    Example{"gatewayctl mesh intention list", "what is allowed and denied, and in which order"},
};
inline constexpr std::array kIntentionCreateOptions{
    OptionSpec{.short_name = "",
               .long_name = "--allow",
               .placeholder = "",
               .help = "let such connections in; the default"},
    OptionSpec{
        .short_name = "", .long_name = "--deny", .placeholder = "", .help = "do not let them in"},
    OptionSpec{.short_name = "",
               .long_name = "--replace",
               .placeholder = "",
               .help = "replace the intention between the two, if there is one"},
    OptionSpec{.short_name = "",
               .long_name = "--description",
               .placeholder = "TEXT",
               .help = "why, for whoever reads the list"},
    kConsulAddress,
    kConsulTokenFile,
};
inline constexpr std::array kIntentionCreateExamples{
    Example{"gatewayctl mesh intention create --deny kong web", "kong may not call web"},
    Example{"gatewayctl mesh intention create --allow --replace kong web", "now it may"},
    Example{"gatewayctl mesh intention create --deny '*' api",
            "nobody may, unless another says so"},
};
inline constexpr std::array kIntentionOptions{kConsulAddress, kConsulTokenFile};
inline constexpr std::array kIntentionDeleteExamples{
    Example{"gatewayctl mesh intention delete kong web", "whatever decides next, decides"},
};
inline constexpr std::array kIntentionListOptions{
    OptionSpec{.short_name = "",
               .long_name = "--format",
               .placeholder = "FORMAT",
               .help = "how to write it; text by default",
               .choices = kListFormats},
    kConsulAddress,
    kConsulTokenFile,
};
inline constexpr std::array kIntentionListExamples{
    Example{"gatewayctl mesh intention list", "those of the agent of CONSUL_HTTP_ADDR"},
    Example{"gatewayctl mesh intention list --format json | jq '.[].source'", "for a program"},
};
inline constexpr std::array kIntentionCheckExamples{
    Example{"gatewayctl mesh intention check kong web", "Allowed (status 0) or Denied (1)"},
};

inline constexpr std::array kFaultArguments{
    ArgumentSpec{
        .placeholder = "FAULT", .help = "what happens", .required = true, .choices = kFaults},
    ArgumentSpec{.placeholder = "WHAT",
                 .help = "of expire-leaf: the SERVICE; of agent: slow DURATION, down or up",
                 .repeatable = true},
};
inline constexpr std::array kFaultOptions{
    OptionSpec{.short_name = "",
               .long_name = "--for",
               .placeholder = "DURATION",
               .help = "of expire-leaf: until a good leaf is issued; 10s by default"},
    kConsulAddress,
};
inline constexpr std::array kFaultExamples{
    Example{"gatewayctl mesh fault rotate-root", "a new root, cross-signed by the one before"},
    Example{"gatewayctl mesh fault expire-leaf web --for 1m",
            "web shows a certificate that has ended, for a minute"},
    Example{"gatewayctl mesh fault agent slow 2s", "every answer comes two seconds later"},
    Example{"gatewayctl mesh fault agent down", "connections are reset; `agent up` ends it"},
};

inline constexpr CommandSpec kMesh{
    .name = "mesh",
    .summary = "simulate a Consul Connect mesh on this machine",
    .description =
        "Runs a whole Consul Connect mesh on loopback addresses, without a cluster: Consul's HTTP "
        "API with a real CA, sidecars that speak mTLS and ask intentions, and sample services. "
        "Certificates, intentions and faults are what a gateway would meet.",
    .examples = kMeshExamples,
    .group = true};
inline constexpr CommandSpec kMeshUp{
    .name = "mesh up",
    .summary = "run the agent, the sidecars and the sample services of a mesh",
    .description =
        "Starts everything or, when an address is taken, nothing; then tells where everything "
        "listens, and on a terminal what happens. Each service has an address of its own, so that "
        "ports stay as in a cluster: an application on 9090, its sidecar on 20000, listeners for "
        "those it calls from 9091 on. What the gateway calls through a sidecar of its own is at "
        "the network's first address: localhost:9090 for the tutorial's web. Ctrl-C, SIGTERM and "
        "SIGHUP stop all; the topology is read once, so that another one needs a new start. "
        "Status 1: the topology is wrong; 3: an address is taken, or a file is not to be had.",
    .options = kMeshUpOptions,
    .examples = kMeshUpExamples};
inline constexpr CommandSpec kMeshIntention{
    .name = "mesh intention",
    .summary = "see and change who may call whom",
    .description =
        "Works with the intentions of `gatewayctl mesh up`, or of any Consul from 1.2 on: where "
        "it is and who asks is said by Consul's own variables. Texts and statuses are those of "
        "`consul intention`, but for an agent that cannot be asked: that is status 3.",
    .examples = kIntentionExamples,
    .group = true};
inline constexpr CommandSpec kMeshIntentionCreate{
    .name = "mesh intention create",
    .summary = "let one service call another, or not",
    .description =
        "Creates an intention. Where there is one between the two already, that is status 1, "
        "unless it is to be replaced. Of several that are about a connection, the most exact one "
        "decides, the destination first.",
    .arguments = kIntentionArguments,
    .options = kIntentionCreateOptions,
    .examples = kIntentionCreateExamples};
inline constexpr CommandSpec kMeshIntentionDelete{
    .name = "mesh intention delete",
    .summary = "delete the intention between two services",
    .description = "Deletes the intention of exactly these two; status 1 when there is none.",
    .arguments = kIntentionArguments,
    .options = kIntentionOptions,
    .examples = kIntentionDeleteExamples};
inline constexpr CommandSpec kMeshIntentionList{
    .name = "mesh intention list",
    .summary = "list all intentions",
    .description = "Lists the intentions in the order in which they decide.",
    .options = kIntentionListOptions,
    .examples = kIntentionListExamples};
inline constexpr CommandSpec kMeshIntentionCheck{
    .name = "mesh intention check",
    .summary = "say whether one service may call another",
    .description =
        "Asks Consul what it would decide about a connection: `Allowed` with status 0, `Denied` "
        "with status 1. Status 3: it could not be asked.",
    .arguments = kIntentionArguments,
    .options = kIntentionOptions,
    .examples = kIntentionCheckExamples};
inline constexpr CommandSpec kMeshFault{
    .name = "mesh fault",
    .summary = "have something go wrong in the simulated mesh",
    .description =
        "Tells a running `gatewayctl mesh up` on this machine to misbehave. A real Consul refuses "
        "that, and nothing happens to it (status 3).",
    .arguments = kFaultArguments,
    .options = kFaultOptions,
    .examples = kFaultExamples};

}  // namespace gw::cli
