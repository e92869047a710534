"""What mesh_conformance.py asks an agent. <name> stands for what an earlier answer has said."""

import dataclasses
import json

MASTER = "0a000000-0000-4000-8000-000000000001"
TOKENS = {"master": MASTER, "of web": "0a000000-0000-4000-8000-000000000002",
          "reader": "0a000000-0000-4000-8000-000000000003", "operator": "0a000000-0000-4000-8000-000000000004",
          "unknown": "0a000000-0000-4000-8000-00000000000f"}
RULES = {"of web": 'service "web" { policy = "write" } key_prefix "web/" { policy = "write" }',
         "reader": 'service_prefix "" { policy = "read" intentions = "read" } node_prefix "" { policy = "read" } '
                   'key_prefix "" { policy = "read" } agent_prefix "" { policy = "read" }',
         "operator": 'operator = "write" service_prefix "" { policy = "read" intentions = "write" }'}
# Exchanges that differ by intention, and why.
MEANT = {
    "a key that is none": "an operator's key is not repeated in messages",
    "another namespace as source": "Consul stores a namespace that it never looks at; it is refused",
    "another namespace as destination": "likewise",
    "a wildcard as namespace": "likewise",
    "exact, read": "the form of 1.9 is there too",
    "exact, written": "likewise",
    "agent's cache": "?cached is taken and no cache is kept for it",
    "a negative port": "Consul registers a service on a port that is none; it is refused",
    "a port beyond": "likewise",
}
NOBODY = "11111111-2222-3333-4444-555555555555"


@dataclasses.dataclass
class Request:
    """One exchange, or a step between two."""

    method: str
    path: str
    body: object = None
    headers: dict = dataclasses.field(default_factory=dict)
    save: dict = dataclasses.field(default_factory=dict)  # name: path into the JSON
    title: str = ""
    of: str = ""          # whose index <last> is; the path's own otherwise
    index: bool = True    # X-Consul-Index is compared with the one before
    waits: tuple = None   # seconds, at least and at most
    until: str = None     # asked again until it says this
    pick: tuple = ()      # these keys of the object alone
    keys_only: bool = False
    quiet: bool = False   # not recorded
    held: str = ""        # sent, and answered by JOIN
    pause: float = 0


def get(path, **more):
    return Request("GET", path, **more)


def put(path, body=None, **more):
    return Request("PUT", path, body, **more)


def post(path, body=None, **more):
    return Request("POST", path, body, **more)


def delete(path, **more):
    return Request("DELETE", path, **more)


def hold(name, request):
    request.held = name
    return request


def join(name):
    return Request("JOIN", "", held=name)


def conventions():
    roots = "/v1/connect/ca/roots"
    yield get("/")
    for path in ("/v1", "/v1/", "/v1/nope", "/v1/connect/ca/leaf/web", "/v1/connect", "/nope/"):
        yield get(path)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"):
        yield Request(method, roots)
    for method, path in (("OPTIONS", "/v1/kv/x"), ("OPTIONS", "/v1/agent/service/register"), ("POST", "/v1/kv/x"),
                         ("GET", "/v1/agent/service/register"), ("DELETE", "/v1/connect/ca/configuration")):
        yield Request(method, path)
    yield get("/v1/status/leader")
    yield get("/v1/status/peers")
    yield put("/v1/status/leader")
    for query in ("dc=dc1", "dc=nowhere", "ns=default", "ns=", "stale", "stale=", "consistent", "stale&consistent",
                  "cached", "cached&consistent", "max_stale=x", "max_stale=5s", "index=x", "index=-1", "index=1.5",
                  "wait=5", "wait=x", "wait=-1s", "index=1&wait=x", "index=0", "index=1&wait=10s", "partition=x",
                  "pretty", "pretty=false", "near=_agent", "hash=x", "unknown=1"):
        yield get(f"{roots}?{query}", index=False)
    yield get("/v1/catalog/services?dc=nowhere")
    yield get("/v1/catalog/services?stale", index=False)
    yield get("/v1/catalog/services?consistent", index=False)
    yield get("/v1/health/service/consul?cached", index=False, title="agent's cache")
    yield get("/v1/kv/x?dc=nowhere")
    yield get("/v1/connect/intentions?dc=nowhere")
    yield get("/v1/kv/x?ns=default")
    yield get("/v1/agent/services?ns=default")
    yield get(roots, headers={"Accept-Encoding": "gzip"}, index=False)
    yield get("/v1/kv/nothing", headers={"Accept-Encoding": "gzip"}, index=False)
    yield get("/v1/status/leader", headers={"Accept-Encoding": "gzip, deflate"})
    yield get("/v1/agent/self", pick=("Meta",))
    yield get("/v1/agent/self", keys_only=True)
    yield get("/v1/catalog/datacenters")
    yield get("/v1/agent/members", title="members")


def authority(key):
    roots, agent, leaf = "/v1/connect/ca/roots", "/v1/agent/connect/ca/roots", "/v1/agent/connect/ca/leaf/"
    config = "/v1/connect/ca/configuration"
    yield get(roots, index=False)
    yield get(agent, index=False)
    yield get(agent, index=False)
    yield get(f"{roots}?pem")
    yield get(f"{roots}?pem=true")
    yield get(f"{roots}?pem=x")
    yield get(f"{agent}?pem=true")
    yield get(f"{agent}?index=<last>&wait=300ms", waits=(0.3, 0.6))
    yield get(f"{roots}?index=<last>&wait=300ms", waits=(0.3, 0.7))
    for name in ("shop", "till", "a%20b", "a.b_c", "UPPER", "", "a/b", "a%2Fb", "%C3%A4"):
        yield get(leaf + name)
        if name in ("shop", "a%20b"):
            yield get(leaf + name)
    yield get(f"{leaf}shop?dc=nowhere")
    yield get(f"{leaf}shop?ns=default")
    yield get(f"{leaf}shop?hash=x")
    yield get(f"{leaf}shop?index=x")
    yield get(f"{leaf}patient", title="of who waits")
    yield Request("", "", pause=0.3)
    yield get(f"{leaf}patient?index=1&wait=5s", waits=(0, 1))
    yield get(f"{leaf}patient?index=<last>&wait=300ms", waits=(0.3, 0.6))
    yield get(f"{leaf}shop", headers={"Cache-Control": "no-cache"})
    yield post(f"{leaf}shop")
    yield get(config)
    for body in ("", "{", "[]", {"Provider": "nope"}, {"Provider": "consul", "Config": {"LeafCertTTL": "30m"}},
                 {"Provider": "consul", "Config": {"LeafCertTTL": "x"}},
                 {"Provider": "consul", "Config": {"LeafCertTTL": "9000h"}},
                                  {"Provider": "consul", "Config": {}, "Foo": 1}):
        yield put(config, body)
    yield put(config, {"Provider": "consul", "Config": {"PrivateKey": "not a key"}}, title="a key that is none")
    yield put(f"{config}?ns=default", {"Provider": "consul"})
    yield get(config)
    yield put(config, {"Provider": "consul", "Config": {"LeafCertTTL": "24h", "RotationPeriod": "2160h",
                                                        "IntermediateCertTTL": "8760h"}})
    yield get(config, save={"version": ["ModifyIndex"]})
    yield get(roots)
    # With the index of an older one nothing is changed.
    ttl = {"LeafCertTTL": "25h", "RotationPeriod": "2160h", "IntermediateCertTTL": "8760h"}
    yield put(config, {"Provider": "consul", "Config": ttl, "ModifyIndex": 1}, title="an old index")
    yield get(config, title="unchanged")
    yield put(config, '{"Provider": "consul", "Config": %s, "ModifyIndex": <version>}' % json.dumps(ttl),
              title="the current index")
    yield get(config, title="changed")
    yield Request("", "", pause=0.5)
    yield get(roots, index=False)
    yield get(agent, index=False, title="the agent's, by now")
    # A new key is a new root; who watches the roots is told.
    yield hold("roots", get(f"{roots}?index=<last>&wait=30s"))
    yield hold("agent roots", get(f"{agent}?index=<last>&wait=30s"))
    yield put(config, {"Provider": "consul", "Config": {"LeafCertTTL": "72h", "RotationPeriod": "2160h",
                                                        "IntermediateCertTTL": "8760h", "PrivateKey": key,
                                                        "RootCert": ""}})
    yield join("roots")
    yield join("agent roots")
    yield get(roots, index=False)
    yield get(f"{roots}?pem=true")
    yield get(agent)
    yield get(config)
    # A leaf that is there is not renewed for who does not wait; another one has the chain.
    yield get(f"{leaf}shop")
    yield get(f"{leaf}after-rotation")
    yield put(config, {"Provider": "consul", "Config": {"LeafCertTTL": "72h", "RotationPeriod": "2160h",
                                                        "IntermediateCertTTL": "8760h", "PrivateKey": key,
                                                        "RootCert": ""}}, title="the same key again")
    yield get(roots)


def full(source, destination, action, **more):
    """As the CLI of 1.8 sends it."""
    return {"ID": "", "Description": "", "SourceNS": "", "SourceName": source, "DestinationNS": "",
            "DestinationName": destination, "SourceType": "consul", "Action": action, "DefaultAddr": "",
            "DefaultPort": 0, "Meta": None, "Precedence": 0, "CreatedAt": "0001-01-01T00:00:00Z",
            "UpdatedAt": "0001-01-01T00:00:00Z", "Hash": None, "CreateIndex": 0, "ModifyIndex": 0, **more}


def short(source, destination, action="deny", **more):
    return {"SourceName": source, "DestinationName": destination, "Action": action, **more}


def intentions():
    base = "/v1/connect/intentions"
    yield get(base, index=False)
    yield get(f"{base}?index=<last>&wait=300ms", waits=(0.3, 0.7))
    yield hold("first", get(f"{base}?index=<last>&wait=30s"))
    yield post(base, full("kong", "web", "deny"), save={"kong web": ["ID"]})
    yield join("first")
    yield post(base, short("kong", "web", "allow"))
    yield get(f"{base}/<kong web>")
    yield post(base, short("web", "api", "deny", Description="no way", Meta={"b": "2", "a": "1"}),
               save={"web api": ["ID"]})
    yield post(base, short("*", "web", "allow", SourceType="consul"), save={"any web": ["ID"]})
    yield post(base, short("kong", "*", "deny"), save={"kong any": ["ID"]})
    yield post(base, short("*", "*", "allow"), save={"any any": ["ID"]})
    yield post(base, {"sourcename": "a<b>&c", "DESTINATIONNAME": "x", "action": "allow"}, save={"odd": ["ID"]})
    yield get(base)
    yield get(f"{base}/<odd>")
    for query in ("SourceName==web", 'SourceName == "kong" and Action == deny', 'SourceName != kong', "Precedence == 9",
                  'Description contains "way"', 'Meta is empty', 'Meta.a == "1"', '"a" in Meta', "not Action == allow",
                  'DestinationName matches "^w"', '(SourceName == web) or DestinationName == "*"', "Foo == 1",
                  "SourceName ==", "SourceName", "SourceName == web extra", "Description is not empty",
                  "web in SourceName", "web not in SourceName"):
        encoded = query.replace(" ", "%20").replace('"', "%22").replace("=", "%3D").replace("^", "%5E")
        yield get(f"{base}?filter={encoded}", index=False, title=f"filter {query}")
    bad = ["", "{", "[]", '"x"', "null", "{}", '{"SourceName": 5}', '{"Foo": 1}', '{"Meta": {"a": 1}}',
           '{"SourceName": "a", "DestinationName": "b"}', '{"CreatedAt": "yesterday"}', '{"SourceName": "a"} x',
           '{"DefaultPort": "x"}', '{"DefaultPort": -1}']
    for body in bad:
        yield post(base, body)
    for body in (short("a", "b", "maybe"), short("", "b"), short("a", ""), short("a*", "b"), short("a", "*b"),
                 short("a", "b", SourceType="vm"), short("a", "b", SourceNS="default"),
                 short("a", "b", Meta={str(n): "v" for n in range(65)}), short("a", "b", Meta={"k" * 129: "v"}),
                 short("a", "b", Meta={"k": "v" * 513}), short("a", "b", Meta={"": "v"}), short("x", "y", ID="given"),
                 short("a", "b", "DENY"), short("a b", "c/d"), short("a", "b", Description="d" * 513)):
        yield post(base, body)
    yield get(base, title="all that were taken")
    yield post(f"{base}?ns=default", short("q", "r"))
    yield get(f"{base}/{NOBODY}")
    yield get(f"{base}/nope")
    yield get(f"{base}/")
    yield put(f"{base}/<web api>", short("web", "api", "allow"))
    yield get(f"{base}/<web api>")
    yield put(f"{base}/<web api>", short("web", "db", "allow", Description="elsewhere"))
    yield get(f"{base}/<web api>")
    yield put(f"{base}/<web api>", short("kong", "web"), title="renamed onto another")
    yield put(f"{base}/<web api>", {"Action": "deny"})
    yield put(f"{base}/<web api>", "{")
    yield put(f"{base}/<web api>", short("web", "api", "deny", ID=NOBODY))
    yield put(f"{base}/{NOBODY}", short("s", "t"))
    yield put(f"{base}/nope", short("s", "t"))
    for query in ("", "by=x&name=web", "by=source", "by=destination&name=web", "by=source&name=kong",
                  "by=destination&name=web&name=api", "by=destination&name=default/web", "by=destination&name=team/web",
                  "by=destination&name=*", "by=source&name=nobody", "by=destination&name=", "by=destination&name=a/b/c"):
        yield get(f"{base}/match?{query}", index=False)
    for query in ("", "source=kong", "destination=web", "source=kong&destination=web", "source=other&destination=web",
                  "source=kong&destination=db", "source=*&destination=web", "source=kong&destination=web&source-type=consul",
                  "source=kong&destination=web&source-type=vm", "source=default/kong&destination=web", "source=&destination=",
                  "source=team/kong&destination=web"):
        yield get(f"{base}/check?{query}", index=False)
    yield post(f"{base}/check?source=kong&destination=web")
    yield post(f"{base}/match")
    yield delete(f"{base}/{NOBODY}")
    yield delete(f"{base}/nope")
    yield hold("again", get(f"{base}?index=<last>&wait=30s"))
    yield delete(f"{base}/<odd>")
    yield join("again")
    yield delete(f"{base}/<odd>")
    for title, fields in (("another namespace as source", {"SourceNS": "team"}),
                          ("another namespace as destination", {"DestinationNS": "team"}),
                          ("a wildcard as namespace", {"SourceNS": "*"})):
        yield post(base, short("elsewhere", "b", **fields), title=title, save={"elsewhere": ["ID"]} if "team" in
                   fields.values() else {})
        yield Request("DELETE", f"{base}/<elsewhere>", quiet=True)
    yield get(f"{base}/exact?source=nobody&destination=web", title="exact, read")
    yield put(f"{base}/exact?source=nobody&destination=web", {"Action": "deny"}, title="exact, written")
    yield Request("DELETE", f"{base}/exact?source=nobody&destination=web", quiet=True)


def authorize():
    path = "/v1/agent/connect/authorize"
    uri = "spiffe://<trust>.consul/ns/default/dc/dc1/svc/"

    def ask(target, source):
        return post(path, {"Target": target, "ClientCertURI": source, "ClientCertSerial": "01"})

    for target, source in (("web", uri + "kong"), ("web", uri + "other"), ("api", uri + "web"), ("zz", uri + "zz"),
                           ("", uri + "kong"), ("web", ""), ("web", "kong"), ("web", "spiffe://x/y"),
                           ("web", "spiffe://<trust>.consul"), ("web", "https://example.com/ns/default/dc/dc1/svc/kong"),
                           ("web", f"spiffe://{NOBODY}.consul/ns/default/dc/dc1/svc/kong"),
                           ("web", uri + "a%20b"), ("web", uri.replace("dc1", "dc2") + "kong"),
                           ("web", uri.replace("default", "team") + "kong"),
                           ("web", "spiffe://<trust>.consul/agent/client/dc/dc1/id/x")):
        yield ask(target, source)
    yield ask("web", uri + "kong")
    for body in ("", "{", "[]", '{"Target": 1}', "{}", '{"target": "web", "clientcerturi": "x"}', '{"Foo": 1}'):
        yield post(path, body)
    yield get(path)
    base = "/v1/connect/intentions"
    for name in ("kong web", "web api", "any web", "kong any", "any any"):
        yield delete(f"{base}/<{name}>")
    yield ask("nothing-said", uri + "kong")
    yield get(f"{base}/check?source=kong&destination=web", title="when there is nothing", index=False)


def key_values():
    kv = "/v1/kv/"
    yield get(f"{kv}a", index=False)
    yield put(f"{kv}a", "one")
    yield get(f"{kv}a", save={"a": [0, "ModifyIndex"]})
    yield get(f"{kv}a?raw")
    yield get(f"{kv}a?index=<last>&wait=300ms", waits=(0.3, 0.7))
    yield hold("a", get(f"{kv}a?index=<last>&wait=30s"))
    yield put(f"{kv}b", "another key")
    yield put(f"{kv}a", "two")
    yield join("a")
    yield put(f"{kv}a?cas=<a>", "three")
    yield put(f"{kv}a?cas=0", "three")
    yield put(f"{kv}c?cas=0", "three")
    yield put(f"{kv}c?cas=x", "three")
    yield put(f"{kv}c?cas=-1", "three")
    yield get(f"{kv}a", save={"a": [0, "ModifyIndex"]})
    yield put(f"{kv}a?cas=<a>", "four")
    yield put(f"{kv}a?flags=42", "five")
    yield get(f"{kv}a")
    yield put(f"{kv}a?flags=x", "five")
    yield put(f"{kv}a?cas=&flags=7", "five")
    yield put(f"{kv}empty", "")
    yield get(f"{kv}empty")
    yield get(f"{kv}empty?raw")
    yield put(kv, "x")
    yield get(kv)
    yield put(f"{kv}dir/one", "1")
    yield put(f"{kv}dir/two", "2")
    yield put(f"{kv}dir/sub/three", "3")
    yield put(f"{kv}dir/", "itself")
    yield put(f"{kv}we%20ird%2Fkey%3F", "<&>")
    yield get(f"{kv}we%20ird%2Fkey%3F")
    yield get(f"{kv}we%20ird%2Fkey%3F?raw")
    for query in ("keys", "recurse", "keys&separator=/", "recurse&raw"):
        yield get(f"{kv}dir/?{query}", index=False, of=f"dir {query}")
        yield get(f"{kv}?{query}", index=False, of=f"all {query}")
        yield get(f"{kv}none/?{query}", index=False, of=f"none {query}")
    yield get(f"{kv}dir/?keys&separator=t", index=False)
    yield get(f"{kv}?keys&separator=", index=False)
    yield get(f"{kv}di?recurse", index=False)
    yield get(f"{kv}a?recurse&index=<last>&wait=300ms", of="all recurse", index=False)
    yield put(f"{kv}big", "x" * (512 * 1024), title="512 KiB")
    yield put(f"{kv}big", "x" * (512 * 1024 + 1), title="512 KiB and one")
    yield put(f"{kv}locked?acquire=x", "v")
    yield put(f"{kv}locked?acquire={NOBODY}", "v")
    yield put(f"{kv}locked?release={NOBODY}", "v")
    yield put(f"{kv}locked?acquire=&release=", "v")
    yield put(f"{kv}x?cas=1&acquire={NOBODY}", "v")
    yield get(f"{kv}dir/?recurse", index=False, of="deleted")
    yield hold("deleted", get(f"{kv}dir/?recurse&index=<last>&wait=30s", of="deleted"))
    yield delete(f"{kv}dir/one")
    yield join("deleted")
    yield delete(f"{kv}dir/one")
    yield delete(f"{kv}a?cas=1")
    yield delete(f"{kv}a?cas=x")
    yield delete(f"{kv}a?cas=0")
    yield get(f"{kv}a", save={"a": [0, "ModifyIndex"]})
    yield delete(f"{kv}a?cas=<a>")
    yield get(f"{kv}a")
    yield delete(f"{kv}a?recurse&cas=1")
    yield delete(kv)
    yield delete(f"{kv}dir/?recurse")
    yield get(f"{kv}dir/?recurse", of="deleted")
    yield delete(f"{kv}?recurse")
    yield get(f"{kv}?keys", index=False)


def plain(key):
    from mesh_requests_catalog import catalog
    return [*conventions(), *authority(key), *intentions(), *authorize(), *key_values(), *catalog()]


def guarded():
    from mesh_requests_catalog import acl
    return [*acl()]


def make_tokens(conversation):
    """By Consul's own API; an agent that knows no policies has its tokens from elsewhere."""
    master = {"X-Consul-Token": MASTER}
    for name, rules in RULES.items():
        policy = name.replace(" ", "-")
        status = conversation.send(put("/v1/acl/policy", {"Name": policy, "Rules": rules}, headers=master))[0]
        if status != 200:
            return
        token = {"SecretID": TOKENS[name], "Policies": [{"Name": policy}]}
        status, _, body, _ = conversation.send(put("/v1/acl/token", token, headers=master))
        if status != 200:
            raise SystemExit(f"no token {name}: {status} {body}")


def topology(network):
    """The agent with ACLs, as `mesh up -f` reads it."""
    rules = {
        "of web": {"service": {"web": "write"}, "key_prefix": {"web/": "write"}},
        "reader": {"service_prefix": {"": {"policy": "read", "intentions": "read"}}, "node_prefix": {"": "read"},
                   "key_prefix": {"": "read"}, "agent_prefix": {"": "read"}},
        "operator": {"operator": "write", "service_prefix": {"": {"policy": "read", "intentions": "write"}}},
    }
    tokens = [{"secret": MASTER, "management": True}]
    tokens += [{"secret": TOKENS[name], "rules": rules[name]} for name in rules]
    return json.dumps({"gateway": "kong", "services": {"api": {}}, "network": network, "default": "deny",
                       "acl": {"default": "deny", "tokens": tokens}})
