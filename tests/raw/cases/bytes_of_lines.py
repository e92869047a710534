"""L1 to L18: lines and characters of a head (RFC 9112 sections 2 to 5, RFC 9110 section 5)."""

from rawsuite.case import SMUGGLED, Case, Trickle, accepted, refused, request

HOST = b"Host: gateway.test\r\n"


def line_ends():
    """L2 to L5."""
    bad = {
        "L2-line-feed-after-the-request-line": b"GET / HTTP/1.1\n" + HOST + b"\r\n",
        "L2-line-feed-after-a-field": b"GET / HTTP/1.1\r\nHost: gateway.test\n\r\n",
        "L2-line-feed-for-the-end": b"GET / HTTP/1.1\r\n" + HOST + b"\n" + SMUGGLED,
        "L2-line-feeds-only": b"GET / HTTP/1.1\nHost: gateway.test\n\n",
        "L3-carriage-return-in-the-request-line": b"GET /\r HTTP/1.1\r\n" + HOST + b"\r\n",
        "L3-carriage-return-for-a-space": b"GET\r/ HTTP/1.1\r\n" + HOST + b"\r\n",
        "L3-two-carriage-returns": b"GET / HTTP/1.1\r\r\n" + HOST + b"\r\n",
        "L3-in-a-name": b"GET / HTTP/1.1\r\n" + HOST + b"X-\rA: b\r\n\r\n",
        "L3-in-a-value": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\rc\r\n\r\n",
        "L3-at-the-end-of-a-value": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\r\r\n\r\n",
        "L3-carriage-returns-only": b"GET / HTTP/1.1\rHost: gateway.test\r\r\r\n\r\n",
        "L4-two-empty-lines": b"\r\n\r\n" + request(),
        "L4-a-bare-line-feed": b"\n" + request(),
        "L4-a-space": b" " + request(),
        "L5-space-before-the-first-field": b"GET / HTTP/1.1\r\n " + HOST + b"X-A: b\r\n\r\n",
        "L5-tab-before-the-first-field": b"GET / HTTP/1.1\r\n\t" + HOST + HOST + b"\r\n",
        "L5-a-line-of-spaces": b"GET / HTTP/1.1\r\n  \r\n" + HOST + b"\r\n",
    }
    for name, data in bad.items():
        yield refused(name, data)
    yield accepted("L4-one-empty-line", b"\r\n" + request(), ("GET /",))
    yield Case(
        "L4-one-empty-line-between-requests",
        (request(b"GET /1 HTTP/1.1") + b"\r\n" + request(b"GET /2 HTTP/1.1"),),
        ((200,), (200,)),
        closes=False,
        seen=("GET /1", "GET /2"),
    )


def names():
    """L6 to L8: a name is a token, and the colon follows at once."""
    bad = {
        "L6-space-before-the-colon": b"X-A : b",
        "L6-tab-before-the-colon": b"X-A\t: b",
        "L7-folded-with-a-space": b"X-A: b\r\n c",
        "L7-folded-with-a-tab": b"X-A: b\r\n\tc",
        "L7-folded-with-nothing": b"X-A: b\r\n ",
        "L8-no-colon": b"X-A",
        "L8-no-name": b": b",
    }
    for name, line in bad.items():
        yield refused(name, request(b"GET / HTTP/1.1", line))
    for byte in b'"(),/;<=>?@[\\]{}\x00\x01\x7f\x80\xff ':
        line = b"X" + bytes([byte]) + b"A: b"
        yield refused(f"L8-name-with-{byte:02x}", request(b"GET / HTTP/1.1", line))
    line = b"!#$%&'*+-.^_`|~09AZaz: b"
    yield accepted(
        "L8-every-other-character", request(b"GET / HTTP/1.1", line), ("GET /",), passes=(line,)
    )
    yield accepted(
        "L18-underscore", request(b"GET / HTTP/1.1", b"X_A: b"), ("GET /",), passes=(b"X_A: b",)
    )
    length = b"Content_Length: 5"
    yield accepted("L18-underscore-is-no-length", request(b"POST / HTTP/1.1", length), ("POST /",))


def values():
    """L9 to L11."""
    for byte in (0x00, 0x01, 0x07, 0x08, 0x0B, 0x0C, 0x1B, 0x7F):
        line = b"X-A: b" + bytes([byte]) + b"c"
        yield refused(f"L9-value-with-{byte:02x}", request(b"GET / HTTP/1.1", line))
    for name, value in {"latin-1": b"caf\xe9", "utf-8": b"caf\xc3\xa9", "ff": b"\xff"}.items():
        line = b"X-A: " + value
        yield accepted(
            f"L10-{name}", request(b"GET / HTTP/1.1", line), ("GET /",), passes=(line,)
        )
    for name, line in {
        "spaces-and-tabs": b"X-A: \t b c\t ",
        "none": b"X-A:b c",
    }.items():
        yield accepted(
            f"L11-{name}", request(b"GET / HTTP/1.1", line), ("GET /",), passes=(b"X-A: b c",)
        )
    yield accepted(
        "L11-tab-inside",
        request(b"GET / HTTP/1.1", b"X-A: b\tc"),
        ("GET /",),
        passes=(b"X-A: b\tc",),
    )
    yield accepted(
        "L11-empty", request(b"GET / HTTP/1.1", b"X-A:"), ("GET /",), passes=(b"X-A:",)
    )


def request_lines():
    """L12 to L14, L16."""
    bad = {
        "L12-two-spaces-first": b"GET  / HTTP/1.1",
        "L12-two-spaces-second": b"GET /  HTTP/1.1",
        "L12-tab-first": b"GET\t/ HTTP/1.1",
        "L12-tab-second": b"GET /\tHTTP/1.1",
        "L12-space-at-the-end": b"GET / HTTP/1.1 ",
        "L12-three-words-more": b"GET / a HTTP/1.1",
        "L12-vertical-tab": b"GET\x0b/ HTTP/1.1",
        "L13-hash": b"GET /#a HTTP/1.1",
        "L13-NUL": b"GET /\x00 HTTP/1.1",
        "L13-control": b"GET /\x01 HTTP/1.1",
        "L13-delete": b"GET /\x7f HTTP/1.1",
        "L13-latin-1": b"GET /\xe9 HTTP/1.1",
        "L13-in-the-query": b"GET /?\x80 HTTP/1.1",
        "L16-bad-method": b"GE(T / HTTP/1.1",
        "L16-no-method": b" / HTTP/1.1",
        "L16-colon-in-method": b"GET: / HTTP/1.1",
    }
    for name, line in bad.items():
        yield refused(name, request(line))
    yield refused("L14-long-target", request(b"GET /" + b"a" * 20000 + b" HTTP/1.1"), (414,))
    yield refused("L14-long-method", request(b"M" * 2000 + b" / HTTP/1.1"), (501, 400))
    odd = b"/a\"b<c>d^e`f{g|h}i\\j?k[l]m"
    yield Case("L13-odd-but-visible", (request(b"GET " + odd + b" HTTP/1.1"),), ((200, 400),))
    yield Case(
        "L16-lower-case-method",
        (request(b"get / HTTP/1.1"),),
        ((400, 405, 501, 200),),
        notes="Kong answers 400; forwarding `get` as it stands is right as well, GET is not",
        passes=(),
    )
    yield Case("L16-unknown-method", (request(b"BREW / HTTP/1.1"),), ((200, 405, 501),))


def versions():
    """L15: 1.0 and 1.1; a well-formed other one is 505, all else is no version."""
    for text, status in {
        "HTTP/2.0": (505,), "HTTP/1.2": (505,), "HTTP/9.9": (505,), "HTTP/0.9": (400, 505),
        "HTTP/1.1x": (400,), "HTTP/1.": (400,), "HTTP/1": (400,), "HTTP/01.1": (400,),
        "http/1.1": (400,), "HTTP/1.10": (400,), "HTTP/11": (400,), "HTTPS/1.1": (400,),
        "HTTP/1,1": (400,), "HTTP/ 1.1": (400,), "HTTP /1.1": (400,), "ICY/1.1": (400,),
    }.items():  # fmt: skip
        name = text.replace("/", "-").replace(" ", "_")
        status = (400, 505) if text.startswith("HTTP/") and status == (400,) else status
        yield refused(f"L15-{name}", request(b"GET / " + text.encode()), status)
    yield refused("L15-no-version", b"GET /\r\n\r\n" + SMUGGLED)
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    yield refused("L15-HTTP2-preface", preface, (400, 505))
    yield refused("L15-TLS-hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 64)
    yield refused("L15-PROXY-line", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + request())
    old = request(b"GET /old HTTP/1.0")
    yield Case("L15-1.0", (old,), ((200,),), closes=True, seen=("GET /old",))
    nameless = request(b"GET /old HTTP/1.0", host=None)
    yield Case("L15-1.0-without-host", (nameless,), ((200,),), closes=True, seen=("GET /old",))


def whole():
    """L1: the same head, however it comes."""
    data = request(b"GET /a?b=c HTTP/1.1", b"Accept: */*", b"X-A: b")
    yield accepted("L1-byte-by-byte", (Trickle(data, 0.002),), ("GET /a?b=c",), passes=(b"X-A: b",))


CASES = [*line_ends(), *names(), *values(), *request_lines(), *versions(), *whole()]
