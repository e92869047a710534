"""What mesh_conformance.py asks about services, checks and health, and of an agent with ACLs."""

import dataclasses

from mesh_requests import NOBODY, TOKENS, delete, get, hold, join, post, put

WEB = {"ID": "web1", "Name": "web", "Tags": ["a", "b"], "Meta": {"version": "2"}, "Port": 9090,
       "Address": "127.0.0.9", "Connect": {"SidecarService": {"Proxy": {"Upstreams": [
           {"DestinationName": "api", "LocalBindPort": 9091}]}}},
       "Check": {"TTL": "10m", "Status": "passing", "Notes": "note", "Name": "alive"}}
REGISTER = "/v1/agent/service/register"


def services():
    yield get("/v1/agent/services", title="before any")
    yield get("/v1/agent/checks", title="before any")
    yield get("/v1/catalog/services", index=False, title="before any")
    yield put(REGISTER, WEB)
    yield get("/v1/agent/services")
    yield get("/v1/agent/service/web1")
    yield get("/v1/agent/service/web1-sidecar-proxy")
    yield get("/v1/agent/service/web1-sidecar-proxy?hash=<lasthash>&wait=300ms", waits=(0.3, 0.6))
    yield get("/v1/agent/service/web1-sidecar-proxy?hash=other&wait=10s", waits=(0, 1))
    yield get("/v1/agent/service/web1-sidecar-proxy?hash=<lasthash>&wait=x")
    yield get("/v1/agent/service/nope")
    yield get("/v1/agent/service/")
    yield get("/v1/agent/checks", title="with a sidecar's")
    yield get("/v1/catalog/services", index=False, until='"web-sidecar-proxy"')
    yield get("/v1/catalog/service/web", index=False, until="web1")
    yield get("/v1/catalog/service/web-sidecar-proxy", index=False, until="web1")
    yield get("/v1/catalog/connect/web", index=False, until="web1")
    yield get("/v1/health/service/web", index=False, until='"Name": "alive"')
    yield get("/v1/health/connect/web", index=False, until="Connect Sidecar Aliasing")
    yield get("/v1/health/service/web?passing", index=False, of="passing")
    yield get("/v1/health/connect/web?passing", index=False, of="passing connect")
    yield get("/v1/health/connect/web?connect=true&passing=1&stale=", index=False, of="as the proxy asks")
    yield get("/v1/health/checks/web", index=False)
    yield get("/v1/health/checks/nope", index=False)
    yield get("/v1/health/service/nope", index=False)
    yield get("/v1/health/connect/nope", index=False)
    yield get("/v1/catalog/service/nope", index=False)
    yield get("/v1/catalog/connect/nope", index=False)
    yield get("/v1/catalog/service/web?tag=a", index=False, of="tag")
    yield get("/v1/catalog/service/web?tag=a&tag=c", index=False, of="tag")
    yield get("/v1/health/service/web?tag=c", index=False, of="tag health")
    yield get("/v1/catalog/service/", index=False)
    yield get("/v1/health/service/", index=False)
    yield get("/v1/health/checks/", index=False)
    yield get("/v1/health/node/<node>", index=False)
    yield get("/v1/health/node/nope", index=False)
    yield get("/v1/catalog/node/<node>", index=False, until="web1-sidecar-proxy")
    yield get("/v1/catalog/node/nope", index=False)
    yield get("/v1/catalog/nodes", index=False)
    yield get("/v1/catalog/nodes?filter=Node%20%3D%3D%20nope", index=False)
    yield get('/v1/catalog/service/web?filter=%22a%22%20in%20ServiceTags', index=False, of="filter")
    yield get('/v1/health/service/web?filter=Service.Meta.version%20%3D%3D%20%222%22', index=False, of="filter h")
    yield get('/v1/agent/services?filter=Service%20%3D%3D%20web')
    yield get('/v1/agent/services?filter=Nope%20%3D%3D%20web')
    for state in ("any", "passing", "critical", "warning", "unknown", "nope", ""):
        yield get(f"/v1/health/state/{state}", index=False)
    for path in ("name/web", "id/web1", "name/nope", "id/nope", "name/web-sidecar-proxy", "name/", "name/web?format=text",
                 "id/web1?format=text", "id/nope?format=text",
                 "name/nope?format=text"):
        yield get(f"/v1/agent/health/service/{path}")


def checks():
    health = "/v1/health/service/web"
    yield get(health, index=False, title="before a check fails")
    yield hold("failing", get(f"{health}?index=<last>&wait=30s", index=False))
    yield put("/v1/agent/check/fail/service:web1?note=broken", title="fails")
    yield join("failing")
    yield get("/v1/agent/health/service/name/web")
    yield get(f"{health}?passing", index=False, until="[]", of="passing")
    yield put("/v1/agent/check/warn/service:web1")
    yield get(f"{health}?passing", index=False, until="[]", of="passing")
    yield get("/v1/agent/health/service/id/web1?format=text", title="warning")
    yield put("/v1/agent/check/pass/service:web1?note=again")
    yield get(f"{health}?passing", index=False, until="web1", of="passing")
    yield put("/v1/agent/check/update/service:web1", {"Status": "critical", "Output": "told"})
    yield get(health, index=False, until='"told"')
    for body in ({"Status": "nope"}, {}, "", "{", {"Status": "passing", "Output": "ok"}):
        yield put("/v1/agent/check/update/service:web1", body)
    yield put("/v1/agent/check/pass/nope")
    yield put("/v1/agent/check/fail/")
    yield put("/v1/agent/check/register", {"Name": "extra", "TTL": "30s", "Status": "warning", "ServiceID": "web1"})
    yield put("/v1/agent/check/register", {"ID": "node check", "Name": "of the node", "TTL": "30s", "Notes": "n", "Status": "passing"})
    yield get("/v1/agent/checks", title="with one more", until="Aliased check")
    for body in ({}, {"Name": "x"}, {"Name": "x", "TTL": "x"}, {"Name": "x", "TTL": "10s", "Status": "nope"}, "", "{",
                 {"Name": "x", "TTL": "10s", "ServiceID": "nope"}, {"Name": "x", "TCP": "127.0.0.1:1"},
                 {"Name": "x", "HTTP": "http://127.0.0.1:1"}, {"Name": "x", "TTL": "10s", "Interval": "5s"},
                 {"Name": "x", "Script": "true"}, {"Name": "x", "Args": ["true"], "Interval": "5s"}):
        yield put("/v1/agent/check/register", body)
    yield put("/v1/agent/check/deregister/extra")
    yield put("/v1/agent/check/deregister/node check".replace(" ", "%20"))
    yield put("/v1/agent/check/deregister/nope")
    yield get("/v1/agent/checks", title="without it", until="All checks passing")
    for query in ("", "?enable=x", "?enable=true&reason=broken", "?enable=false"):
        yield put(f"/v1/agent/service/maintenance/web1{query}")
        if "true" in query:
            yield get("/v1/agent/checks", title="maintenance", until="Aliased check")
    yield put("/v1/agent/service/maintenance/nope?enable=true")


def definitions():
    for body in ("", "{", "[]", "{}", {"Name": ""}, {"Name": "x", "Port": "y"}, {"Name": "x", "Foo": 1},
                 {"Name": 5}, {"ID": "only"},
                 {"Name": "x", "Address": "0.0.0.0"}, {"Name": "x", "Meta": {"a b": "c"}}, {"Name": "x", "Tags": "t"},
                 {"Name": "x", "Weights": {"Passing": 0, "Warning": 0}}, {"Name": "x", "Weights": {"Passing": -1}},
                 {"Name": "x", "Check": {"TTL": "x"}}, {"Name": "x", "Check": {"TCP": "127.0.0.1:1"}},
                 {"Name": "x", "Check": {}}, {"Name": "x", "Kind": "nope"}, {"Name": "x", "Kind": "connect-proxy"},
                 {"Name": "x", "Kind": "connect-proxy", "Proxy": {"DestinationServiceName": "web"}},
                 {"Name": "x", "Connect": {"Native": True, "SidecarService": {}}},
                 {"Name": "x", "Connect": {"SidecarService": {"ID": "own"}}},
                 {"Name": "x", "Connect": {"SidecarService": {"Connect": {"SidecarService": {}}}}},
                 {"Name": "x", "Proxy": {"Upstreams": []}}):
        yield put(REGISTER, body)
    yield put(REGISTER, {"Name": "x", "Port": -1}, title="a negative port")
    yield put(REGISTER, {"Name": "x", "Port": 70000}, title="a port beyond")
    yield get("/v1/agent/services", keys_only=True, title="those that were taken")
    yield put("/v1/agent/service/deregister/x")
    yield put(f"{REGISTER}?replace-existing-checks=true",
              {"name": "lower", "tags": ["t"], "enable_tag_override": True, "port": 7, "weights": {"passing": 3, "warning": 2},
               "meta": {"k": "v"}, "tagged_addresses": {"lan": {"address": "127.0.0.8", "port": 8}}})
    yield get("/v1/agent/service/lower")
    yield put(REGISTER, {"Name": "proxy", "Kind": "connect-proxy", "Port": 21500, "Proxy": {
        "DestinationServiceName": "lower", "DestinationServiceID": "lower", "LocalServicePort": 7,
        "Config": {"protocol": "http", "n": 1.5}, "Upstreams": [
            {"DestinationName": "api", "LocalBindPort": 9191, "Config": {"x": True}},
            {"DestinationType": "prepared_query", "DestinationName": "q", "LocalBindPort": 9192,
             "LocalBindAddress": "127.0.0.1", "Datacenter": "dc2"}]}})
    yield get("/v1/agent/service/proxy")
    yield get("/v1/catalog/connect/lower", index=False, until="proxy")
    yield get("/v1/catalog/service/lower", index=False, until="lower")
    yield put(REGISTER, {"Name": "native", "Connect": {"Native": True}, "Port": 5})
    yield get("/v1/agent/service/native")
    yield get("/v1/health/connect/native", index=False, until='"native"')
    yield put(REGISTER, {"Name": "second", "Port": 6, "Connect": {"SidecarService": {}}, "Checks": [
        {"TTL": "1m"}, {"CheckID": "mine", "TTL": "1m", "Status": "passing"}]})
    yield get("/v1/agent/services", title="all")
    yield get("/v1/agent/health/service/name/second")
    for name in ("native", "second", "proxy", "lower", "web1", "nope", ""):
        yield put(f"/v1/agent/service/deregister/{name}")
    yield get("/v1/agent/services", title="all gone")
    yield get("/v1/agent/checks", title="all gone")
    for body in ("", "{", {}, {"Node": "zz-far"}, {"Node": "zz-far", "Address": "10.0.0.1"},
                 {"Node": "zz-far", "Address": "10.0.0.1", "Service": {"Service": "db", "Port": 5432},
                  "Check": {"Name": "db up", "Status": "passing", "ServiceID": "db"}},
                 {"Node": "zz-far", "Address": "10.0.0.1", "Service": {"Port": 1}}):
        yield put("/v1/catalog/register", body)
    yield get("/v1/catalog/service/db", index=False)
    yield get("/v1/health/service/db", index=False)
    yield get("/v1/catalog/nodes", index=False, until="zz-far")
    yield get("/v1/catalog/node/zz-far", index=False)
    for body in ("", {}, {"Node": "zz-far", "ServiceID": "db"}, {"Node": "zz-far"}, {"Node": "nowhere"}):
        yield put("/v1/catalog/deregister", body)
    yield get("/v1/catalog/nodes", index=False)


def catalog():
    yield from services()
    yield from checks()
    yield from definitions()


def acl():
    """Who may do what; the policy is to deny."""
    master, web = {"X-Consul-Token": "<master>"}, {"X-Consul-Token": "<of web>"}
    everyone = [("anonymous", {})] + [(name, {"X-Consul-Token": f"<{name}>"}) for name in TOKENS]
    yield post("/v1/connect/intentions", {"SourceName": "kong", "DestinationName": "web", "Action": "allow"},
               headers=master, save={"kong web": ["ID"]})
    yield put("/v1/kv/web/x", "1", headers=master)
    yield put(REGISTER, {"Name": "web", "Port": 1}, headers=master)
    yield get("/v1/catalog/service/web", headers=master, until='"web"', index=False)
    questions = [
        get("/v1/connect/ca/roots", index=False), get("/v1/agent/connect/ca/roots", index=False),
        get("/v1/agent/connect/ca/leaf/web"), get("/v1/agent/connect/ca/leaf/kong"),
        get("/v1/connect/ca/configuration", pick=("Provider",), title="configuration"),
        get("/v1/connect/intentions", index=False), get("/v1/connect/intentions/<kong web>"),
        get("/v1/connect/intentions/match?by=destination&name=web", index=False),
        get("/v1/connect/intentions/check?source=kong&destination=web", index=False),
        get("/v1/connect/intentions/check?source=other&destination=web", index=False),
        post("/v1/connect/intentions", {"SourceName": "a", "DestinationName": "web", "Action": "maybe"}),
        delete(f"/v1/connect/intentions/{NOBODY}"),
        post("/v1/agent/connect/authorize", {
            "Target": "web", "ClientCertSerial": "1",
            "ClientCertURI": "spiffe://<trust>.consul/ns/default/dc/dc1/svc/other"}),
        get("/v1/catalog/services", index=False), get("/v1/catalog/service/web", index=False),
        get("/v1/catalog/nodes", index=False), get("/v1/health/service/web", index=False),
        get("/v1/agent/services"), get("/v1/agent/service/web"), get("/v1/agent/checks"),
        put(REGISTER, {"Name": "web", "Port": 1}), put(REGISTER, {"Name": "other", "Port": 1}),
        put("/v1/agent/service/deregister/other"),
        get("/v1/kv/web/x", index=False), get("/v1/kv/other", index=False), get("/v1/kv/?keys", index=False),
        get("/v1/kv/web/?recurse", index=False), put("/v1/kv/web/y", "2"), put("/v1/kv/other", "3"),
        delete("/v1/kv/other"), get("/v1/status/leader"), get("/v1/agent/members", keys_only=True, title="members"),
        get("/v1/catalog/datacenters"), get("/v1/acl/token/self", keys_only=True, title="token itself"),
    ]
    for name, headers in everyone:
        for one in questions:
            yield dataclasses.replace(one, headers=headers, title=f"{name}: {one.title or one.path}")
    leaf = "/v1/agent/connect/ca/leaf/web"
    yield get(f"{leaf}?token=<of web>")
    yield get(f"{leaf}?token=<of web>", headers={"X-Consul-Token": "<unknown>"}, title="query over header")
    yield get(f"{leaf}?token=<unknown>", headers=web, title="query over header, unknown")
    yield get(leaf, headers={"Authorization": "Bearer <of web>"})
    yield get(leaf, headers={"Authorization": "bEARER   <of web>"}, title="the scheme's case and spaces")
    yield get(leaf, headers={"Authorization": "Basic <of web>"}, title="another scheme")
    yield get(leaf, headers={"X-Consul-Token": "<unknown>", "Authorization": "Bearer <of web>"}, title="header first")
