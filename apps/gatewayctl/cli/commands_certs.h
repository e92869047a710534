// The declarations of `certs`; commands.cpp, the only reader, puts them in their place.
#pragma once

#include <array>

#include "cli/spec.h"

namespace gw::cli {

inline constexpr std::array<std::string_view, 2> kCertificateFormats{"text", "json"};

inline constexpr std::array kCertsExamples{
    Example{"gatewayctl certs fetch --service kong --out /etc/kong/mesh",
            "the certificate that a gateway shows in the mesh, and the roots that it trusts"},
    Example{"gatewayctl certs show /etc/kong/mesh", "what they say, and until when they hold"},
};

inline constexpr std::array kFetchOptions{
    OptionSpec{.short_name = "",
               .long_name = "--service",
               .placeholder = "NAME",
               .help = "whose certificate to fetch, required; with several, each has its own "
                       "folder OUT/NAME",
               .repeatable = true},
    OptionSpec{.short_name = "",
               .long_name = "--out",
               .placeholder = "DIR",
               .help = "where to write ca.crt, cert.pem and cert.key; the current folder by "
                       "default",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--watch",
               .placeholder = "",
               .help = "stay, and rewrite the files before they expire and whenever roots rotate"},
    OptionSpec{.short_name = "",
               .long_name = "--exec",
               .placeholder = "COMMAND",
               .help = "run this after every change, by sh -c; with --watch, again when it failed"},
    OptionSpec{.short_name = "",
               .long_name = "--exec-timeout",
               .placeholder = "DURATION",
               .help = "how long that command may take; 30s by default"},
    OptionSpec{.short_name = "",
               .long_name = "--timeout",
               .placeholder = "DURATION",
               .help = "how long one fetch may take; 30s by default"},
    OptionSpec{.short_name = "",
               .long_name = "--consul-http-addr",
               .placeholder = "URL",
               .help = "the Consul agent, over CONSUL_HTTP_ADDR; http://127.0.0.1:8500 by default"},
    OptionSpec{.short_name = "",
               .long_name = "--token-file",
               .placeholder = "FILE",
               .help = "a file that holds the ACL token, over CONSUL_HTTP_TOKEN_FILE",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--datacenter",
               .placeholder = "NAME",
               .help = "whose roots; the agent's own datacenter by default"},
    OptionSpec{.short_name = "",
               .long_name = "--namespace",
               .placeholder = "NAME",
               .help = "of the service, over CONSUL_NAMESPACE (Consul Enterprise)"},
    OptionSpec{.short_name = "",
               .long_name = "--partition",
               .placeholder = "NAME",
               .help = "of the service, over CONSUL_PARTITION (Consul Enterprise)"},
};
inline constexpr std::array kFetchExamples{
    Example{"gatewayctl certs fetch --service kong --out /etc/kong/mesh", "once"},
    Example{"gatewayctl certs fetch --service kong --watch --exec 'kong reload'",
            "keep them fresh in this folder, and tell the gateway"},
    Example{"CONSUL_HTTP_ADDR=https://consul:8501 gatewayctl certs fetch --service web",
            "from an agent behind TLS"},
    Example{"gatewayctl certs fetch --service web --service api --out mesh",
            "two services: mesh/web and mesh/api"},
};

inline constexpr std::array kNeedsRenewalArguments{
    ArgumentSpec{.placeholder = "PATH",
                 .help = "a certificate, or a folder that holds cert.pem or NAME/cert.pem; the "
                         "earliest end decides",
                 .required = true,
                 .completes = Completes::files}};
inline constexpr std::array kNeedsRenewalOptions{
    OptionSpec{.short_name = "",
               .long_name = "--before",
               .placeholder = "DURATION",
               .help = "how long before its end a certificate is due, such as 90m or 2d; 24h by "
                       "default"},
};
inline constexpr std::array kNeedsRenewalExamples{
    Example{"gatewayctl certs needs-renewal . || gatewayctl certs fetch --service kong",
            "from a timer: fetch when it is due, or not there yet"},
    Example{"gatewayctl certs needs-renewal cert.pem --before 7d", "is it due within a week?"},
};

inline constexpr std::array kShowArguments{
    ArgumentSpec{.placeholder = "PATH",
                 .help = "a PEM file, or a folder searched for *.pem, *.crt and *.key",
                 .required = true,
                 .repeatable = true,
                 .completes = Completes::files}};
inline constexpr std::array kShowOptions{
    OptionSpec{.short_name = "",
               .long_name = "--format",
               .placeholder = "FORMAT",
               .help = "how to write it; text by default",
               .choices = kCertificateFormats},
};
inline constexpr std::array kShowExamples{
    Example{"gatewayctl certs show /etc/kong/mesh", "all that a fetch wrote"},
    Example{"gatewayctl certs show --format json cert.pem | jq '.files[].certificates[]'",
            "the same for a program"},
};

inline constexpr std::array kVerifyOptions{
    OptionSpec{.short_name = "",
               .long_name = "--ca",
               .placeholder = "FILE",
               .help = "the roots to trust, required",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--cert",
               .placeholder = "FILE",
               .help = "the certificate, then its intermediates, required",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--key",
               .placeholder = "FILE",
               .help = "its private key; without it, the key is not checked",
               .completes = Completes::files},
    OptionSpec{.short_name = "",
               .long_name = "--spiffe",
               .placeholder = "URI",
               .help = "who it has to be; spiffe:///ns/default/dc/dc1/svc/web leaves the trust "
                       "domain open"},
    OptionSpec{.short_name = "",
               .long_name = "--format",
               .placeholder = "FORMAT",
               .help = "how to write the results; text by default",
               .choices = kCertificateFormats},
};
inline constexpr std::array kVerifyExamples{
    Example{"gatewayctl certs verify --ca ca.crt --cert cert.pem --key cert.key",
            "whether the three files of a fetch are good together"},
    Example{"gatewayctl certs verify --ca ca.crt --cert cert.pem --spiffe \"$ID\"",
            "whether it is who it has to be, such as spiffe:///ns/default/dc/dc1/svc/kong"},
};

inline constexpr CommandSpec kCerts{
    .name = "certs",
    .summary = "fetch certificates from a Consul agent, and look after them",
    .description =
        "Works with the certificates by which a gateway takes part in a Consul Connect mesh: gets "
        "them, shows what they say, checks that they are good together, and tells when they are "
        "due.",
    .examples = kCertsExamples,
    .group = true};
inline constexpr CommandSpec kCertsFetch{
    .name = "certs fetch",
    .summary = "write a service's roots, certificate and key from a Consul agent",
    .description =
        "Asks a Consul agent for the mesh's roots and for a service's certificate and private key, "
        "checks that they are good together, and writes ca.crt, cert.pem (the chain, leaf first) "
        "and cert.key (mode 0600), so that no reader ever sees files that do not belong together. "
        "Where the agent is and who asks is said by Consul's own variables (CONSUL_HTTP_ADDR, "
        "CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE, CONSUL_HTTP_AUTH, CONSUL_HTTP_SSL, "
        "CONSUL_HTTP_SSL_VERIFY, CONSUL_CACERT, CONSUL_CAPATH, CONSUL_CLIENT_CERT, "
        "CONSUL_CLIENT_KEY, CONSUL_TLS_SERVER_NAME, CONSUL_NAMESPACE, CONSUL_PARTITION); flags win "
        "over them. The token needs service:write on the service. With --watch, a command of "
        "--exec that failed is run again, at first after a second, at last every minute; without "
        "it, the next fetch does not run it again when the files are unchanged by then.",
    .options = kFetchOptions,
    .examples = kFetchExamples};
inline constexpr CommandSpec kCertsNeedsRenewal{
    .name = "certs needs-renewal",
    .summary = "say whether a certificate is due",
    .description =
        "Says in one line when a certificate ends. The status is 1 when that is within the time of "
        "--before, or has passed; 0 when it is not; 3 when there is no certificate to read. Of a "
        "chain the first certificate decides; of a bundle of CAs, the first to end.",
    .arguments = kNeedsRenewalArguments,
    .options = kNeedsRenewalOptions,
    .examples = kNeedsRenewalExamples};
inline constexpr CommandSpec kCertsShow{
    .name = "certs show",
    .summary = "show what certificates say",
    .description =
        "Shows each certificate's subject, SPIFFE ID, issuer, validity, key and fingerprint. Of a "
        "private key it shows what kind it is, never the key itself; of a key beside its "
        "certificate (same name but for the ending), whether the two belong together, and whether "
        "others can read it. A named file without a certificate is status 3.",
    .arguments = kShowArguments,
    .options = kShowOptions,
    .examples = kShowExamples};
inline constexpr CommandSpec kCertsVerify{
    .name = "certs verify",
    .summary = "check that roots, certificate and key are good together",
    .description =
        "Checks a certificate as a mesh's peers do: chain to a root, validity, whether the private "
        "key belongs to it, purpose (client and server), and the one SPIFFE ID. One line a check; "
        "status 1 when one failed, 3 when a file cannot be read.",
    .options = kVerifyOptions,
    .examples = kVerifyExamples};

}  // namespace gw::cli
