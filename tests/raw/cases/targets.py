"""T1 to T10: the request's target and its host (RFC 9112 section 3.2, RFC 9110 sections 4.2 and 7)."""

from rawsuite.case import Case, accepted, refused, request


def hosts():
    """T1."""
    bad = {
        "space": b"a b", "slash": b"a/b", "list": b"a,b", "userinfo": b"u@a", "query": b"a?b",
        "hash": b"a#b", "backslash": b"a\\b", "port-of-letters": b"a:b", "port-65536": b"a:65536",
        "port-99999999999": b"a:99999999999", "negative-port": b"a:-1", "signed-port": b"a:+80",
        "two-ports": b"a:80:80", "open-bracket": b"[::1", "bare-IPv6": b"::1",
        "after-bracket": b"[::1]x", "no-address": b"[zz]", "latin-1": b"a\xe9", "quote": b'a"b',
        "bad-escape": b"a%zz", "tab": b"a\tb", "scheme": b"http://a", "port-only": b":80",
    }  # fmt: skip
    for name, host in bad.items():
        yield refused(f"T1-{name}", request(host=host))
    good = {
        "port": b"a:8080", "port-65535": b"a:65535", "empty-port": b"a:", "IPv4": b"192.0.2.1",
        "IPv6": b"[2001:db8::1]", "IPv6-and-port": b"[::1]:80", "capitals": b"A.Example",
        "underscore": b"a_b.test", "spaces-around": b"  a.test \t",
    }  # fmt: skip
    for name, host in good.items():
        yield accepted(f"T1-{name}", request(b"GET /h HTTP/1.1", host=host), ("GET /h",))
    one = b"Host: gateway.test"
    yield refused("T1-none", request(host=None))
    yield refused("T1-twice", request(b"GET / HTTP/1.1", one))
    yield refused("T1-two", request(b"GET / HTTP/1.1", b"Host: other.test"))
    yield refused("T1-twice-in-1.0", request(b"GET / HTTP/1.0", one))
    yield refused("T1-twice-far-apart", request(b"GET / HTTP/1.1", b"X-A: b", b"hOST: other.test"))


def absolute():
    """T2 to T4."""
    for name, target, path in (
        ("plain", b"http://gateway.test/a?b", "/a?b"),
        ("no-path", b"http://gateway.test", "/"),
        ("scheme-in-capitals", b"HTTP://gateway.test/a", "/a"),
        ("host-in-capitals", b"http://GATEWAY.test/a", "/a"),
    ):
        line = b"GET " + target + b" HTTP/1.1"
        yield accepted(f"T2-{name}", request(line), (f"GET {path}",))
    line = b"GET http://gateway.test?b HTTP/1.1"
    yield accepted("T2-only-a-query", request(line), ("GET /?b",))
    line = b"GET http://gateway.test:8000/a HTTP/1.1"
    yield accepted("T2-port", request(line, host=b"gateway.test:8000"), ("GET /a",))
    bad = {
        "T2-other-host": b"http://other.test/a",
        "T2-other-port": b"http://gateway.test:1/a",
        "T2-other-scheme": b"ftp://gateway.test/a",
        "T2-no-slashes": b"http:/a",
        "T3-userinfo": b"http://user@gateway.test/a",
        "T3-password": b"http://user:pass@gateway.test/a",
        "T4-empty-host": b"http:///a",
        "T4-port-only": b"http://:80/a",
        "T4-bad-port": b"http://gateway.test:x/a",
        "T4-space-in-host": b"http://gate way.test/a",
    }
    for name, target in bad.items():
        yield refused(name, request(b"GET " + target + b" HTTP/1.1"))
    line = b"GET http://gateway.test/a HTTP/1.1"
    yield refused("T2-without-host-field", request(line, host=None))
    yield refused("T2-two-host-fields", request(line, b"Host: other.test"))


def forms():
    """T5 and T6."""
    bad = {
        "T5-authority-with-GET": b"GET gateway.test:80 HTTP/1.1",
        "T5-asterisk-with-GET": b"GET * HTTP/1.1",
        "T5-asterisk-with-POST": b"POST * HTTP/1.1",
        "T5-no-slash": b"GET a HTTP/1.1",
        "T5-only-a-query": b"GET ?a HTTP/1.1",
        "T5-dots": b"GET ../a HTTP/1.1",
        "T5-asterisk-and-more": b"OPTIONS *a HTTP/1.1",
    }
    for name, line in bad.items():
        yield refused(name, request(line))
    yield Case("T5-asterisk", (request(b"OPTIONS * HTTP/1.1"),), ((200, 204, 400, 404, 405),))
    for name, target, status in (
        ("plain", b"gateway.test:443", (405,)),
        ("bad-port", b"gateway.test:99999", (400, 405)),
        ("no-port", b"gateway.test", (400, 405)),
        ("path", b"/", (400, 405)),
    ):
        line = b"CONNECT " + target + b" HTTP/1.1"
        data = request(line, host=b"gateway.test:443")
        yield Case(f"T6-{name}", (data,), (status,), seen=())
    data = request(b"CONNECT gateway.test:443 HTTP/1.1", b"Content-Length: 5", body=b"hello")
    yield Case("T6-with-a-body", (data,), ((405, 400),), seen=(), closes=True)


def paths():
    """T8 and T9: one normal form for routing and for what guards a route."""
    for name, target in {
        "plain": b"/keyed/a", "dot": b"/./keyed/a", "dots": b"/x/../keyed/a",
        "coded-dots": b"/x/%2e%2e/keyed/a", "coded-dots-in-capitals": b"/x/%2E%2E/keyed/a",
        "coded-letter": b"/%6beyed/a", "coded-letters": b"/%6B%65%79%65%64", "slashes": b"//keyed/a",
        "dots-at-the-root": b"/../../keyed", "dots-behind": b"/keyed/../keyed/a",
        "absolute-form": b"http://gateway.test/keyed", "query": b"/keyed?apikey",
    }.items():  # fmt: skip
        data = request(b"GET " + target + b" HTTP/1.1")
        yield Case(f"T9-guarded-{name}", (data,), ((401, 400),), seen=())
    for name, target in {"NUL": b"/a%00b", "NUL-before-the-guard": b"/%00/../keyed"}.items():
        yield refused(f"T9-coded-{name}", request(b"GET " + target + b" HTTP/1.1"), closes=None)
    for name, target in {"slash": "/a%2Fb", "query": "/a?x=%20&y=%zz", "empty-query": "/a?"}.items():
        line = f"GET {target} HTTP/1.1".encode()
        yield accepted(f"T8-kept-{name}", request(line), (f"GET {target}",))
    guarded = request(b"GET /keyed/a HTTP/1.1", b"apikey: raw-key")
    yield accepted("T9-guarded-with-its-key", guarded, ("GET /keyed/a",))


CASES = [*hosts(), *absolute(), *forms(), *paths()]
