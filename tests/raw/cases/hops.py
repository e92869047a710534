"""H1 to H10: what belongs to one connection (RFC 9110 sections 7.6 to 7.8, 10.1.1 and 15.2)."""

from rawsuite.case import (
    SMUGGLED,
    Await,
    Case,
    Pause,
    Script,
    Trickle,
    accepted,
    chunked,
    refused,
    request,
)

GET = b"GET / HTTP/1.1"
UPGRADE = (
    b"Connection: Upgrade",
    b"Upgrade: websocket",
    b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)
SWITCHED = (
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


def connection_fields():
    """H1 and H2."""
    for name, lines in {
        "named": [b"Connection: X-Hop", b"X-Hop: a"],
        "named-beside-keep-alive": [b"Connection: keep-alive, x-hop", b"X-Hop: a"],
        "named-before": [b"X-Hop: a", b"Connection: X-Hop"],
        "named-on-the-second-line": [b"Connection: keep-alive", b"Connection: X-Hop", b"X-Hop: a"],
    }.items():
        data = request(GET, *lines)
        yield accepted(f"H1-{name}", data, ("GET /",), drops=("X-Hop",))
    for name in (b"Host", b"Content-Length", b"Transfer-Encoding", b"Authorization"):
        fields = [b"Connection: close, " + name, b"Authorization: Basic eDp5"]
        data = request(b"POST / HTTP/1.1", *fields, b"Content-Length: 0")
        yield refused(f"H1-nominated-{name.decode()}", data)
    gone = {
        "Proxy-Connection": b"keep-alive",
        "Keep-Alive": b"timeout=5",
        "TE": b"gzip",
        "Upgrade": b"foo/2",
    }
    for name, value in gone.items():
        data = request(GET, name.encode() + b": " + value)
        yield accepted(f"H2-{name}", data, ("GET /",), drops=(name,))
    yield Case(
        "H3-via",
        (request(GET),),
        ((200,),),
        passes=(b"Via: 1.1 kong/3.9.1",),
        only=("gatewayctl",),
    )


def tracing():
    """H4."""
    yield Case("H4-TRACE", (request(b"TRACE / HTTP/1.1"),), ((405,),), seen=())
    data = request(b"TRACE / HTTP/1.1", b"Content-Length: 5", body=b"hello")
    yield Case("H4-TRACE-with-a-body", (data,), ((405, 400),), seen=())


def expectations():
    """H5 and H6."""
    expect, length = b"Expect: 100-continue", b"Content-Length: 5"
    head = request(b"POST /e HTTP/1.1", expect, length)
    done = {"seen": ("POST /e",), "body": b"hello", "closes": False}
    yield Case(
        "H5-waits-for-100",
        (head, Await(1), b"hello"),
        ((200,),),
        interim=(100,),
        drops=("Expect",),
        **done,
    )
    yield Case("H5-does-not-wait", (head + b"hello",), ((200,),), **done)
    yield Case(
        "H5-chunked",
        (chunked(b"", expect, line=b"POST /e HTTP/1.1"), Await(1), b"5\r\nhello\r\n0\r\n\r\n"),
        ((200,),),
        interim=(100,),
        **done,
    )
    old = request(b"POST /e HTTP/1.0", expect, length)
    yield Case(
        "H5-not-in-1.0",
        (old, Pause(0.2), b"hello"),
        ((200,),),
        interim=(),
        seen=("POST /e",),
        body=b"hello",
        closes=True,
    )
    line = b"POST /keyed HTTP/1.1"
    size = b"Content-Length: %d" % len(SMUGGLED)
    yield Case(
        "H5-refused-before-100", (request(line, expect, size),), ((401,),), interim=(), seen=()
    )
    yield Case(
        "H5-refused-and-sent-anyway",
        (request(line, expect, size), Await(1), SMUGGLED),
        ((401,),),
        seen=(),
    )
    data = request(GET, expect)
    yield Case("H5-no-body", (data,), ((200,),), seen=("GET /",), closes=False)
    for name, value in {"unknown": b"foo", "and-more": b"100-continue, foo"}.items():
        data = request(b"POST / HTTP/1.1", b"Expect: " + value, length, body=b"hello")
        yield Case(f"H6-{name}", (data,), ((417,),), seen=())


def upgrades():
    """H8."""
    data = request(b"GET /ws HTTP/1.1", *UPGRADE)
    yield Case(
        "H8-websocket",
        (data, Await(1), b"to the upstream"),
        ((101,),),
        seen=("GET /ws",),
        tunnel=b"from the upstream",
        passes=(b"Upgrade: websocket",),
        script=Script((SWITCHED, Pause(0.2), b"from the upstream", "close")),
        closes=True,
    )
    yield Case(
        "H8-first-bytes-with-the-101",
        (data,),
        ((101,),),
        tunnel=b"at once",
        script=Script((SWITCHED + b"at once", "close")),
        closes=True,
    )
    ok = b"HTTP/1.1 426 \r\nContent-Length: 2\r\n\r\nno"
    yield Case(
        "H8-upstream-declines",
        (data, Await(1), request(b"GET /next HTTP/1.1")),
        ((426,), (200,)),
        seen=("GET /ws", "GET /next"),
        script=Script((ok,), once=True),
        closes=False,
    )
    odd = SWITCHED.replace(b"Upgrade: websocket", b"Upgrade: other")
    script = Script((odd, Pause(0.1), SMUGGLED, "close"))
    yield Case("H8-101-to-something-else", (data,), ((502,),), script=script)
    settings = b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"
    yield accepted(
        "H8-h2c",
        request(GET, b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", settings),
        ("GET /",),
        drops=("Upgrade", "HTTP2-Settings"),
    )
    yield accepted(
        "H8-websocket-not-in-connection", request(GET, b"Upgrade: websocket"), ("GET /",), drops=("Upgrade",)
    )
    old = request(b"GET / HTTP/1.0", *UPGRADE)
    yield Case("H8-not-in-1.0", (old,), ((200,),), drops=("Upgrade",), closes=True)


def ends():
    """H9."""
    second = SMUGGLED
    for name, data in {
        "close": request(GET, b"Connection: close"),
        "close-in-a-list": request(GET, b"Connection: foo, close"),
        "close-with-empty-members": request(GET, b"Connection: ,, close,"),
        "close-in-capitals": request(GET, b"Connection: CLOSE"),
        "close-beside-keep-alive": request(GET, b"Connection: keep-alive", b"Connection: close"),
        "1.0": request(b"GET / HTTP/1.0"),
    }.items():
        yield Case(f"H9-{name}", (data + second,), ((200,),), closes=True, seen=("GET /",))
    body = request(b"POST / HTTP/1.1", b"Connection: close", b"Content-Length: 5", body=b"hello")
    yield Case("H9-close-with-a-body", (body + second,), ((200,),), closes=True, seen=("POST /",))
    old = request(b"GET / HTTP/1.0", b"Connection: keep-alive")
    yield Case(
        "H9-1.0-keep-alive",
        (old, Await(1), old),
        ((200,), (200,)),
        answer_has=("Connection: keep-alive",),
        seen=("GET /", "GET /"),
    )


def pipelines():
    """H10."""
    line = b"%s /%d HTTP/1.1"
    gets = [request(line % (b"GET", n)) for n in range(20)]
    sized = request(line % (b"POST", 1), b"Content-Length: 5", body=b"hello")
    coded = chunked(b"5\r\nhello\r\n0\r\n\r\n", line=line % (b"POST", 1))
    rows = {
        "three": (gets[:3], ("GET /0", "GET /1", "GET /2")),
        "twenty": (gets, tuple(f"GET /{n}" for n in range(20))),
        "around-a-sized-body": ([gets[0], sized, gets[2]], ("GET /0", "POST /1", "GET /2")),
        "around-a-chunked-body": ([gets[0], coded, gets[2]], ("GET /0", "POST /1", "GET /2")),
    }
    for name, (data, seen) in rows.items():
        answers = ((200,),) * len(data)
        yield Case(f"H10-{name}", (b"".join(data),), answers, seen=seen, closes=False)
    yield Case(
        "H10-after-HEAD",
        (request(line % (b"HEAD", 0)) + gets[1],),
        ((200,), (200,)),
        methods=("HEAD", "GET"),
        seen=("HEAD /0", "GET /1"),
        closes=False,
    )
    yield Case(
        "H10-byte-by-byte",
        (Trickle(gets[0] + sized + gets[2], 0),),
        ((200,),) * 3,
        seen=("GET /0", "POST /1", "GET /2"),
        closes=False,
    )
    yield Case(
        "H10-the-second-is-malformed",
        (gets[0] + b"GET /\x01 HTTP/1.1\r\n\r\n" + SMUGGLED,),
        ((200,), (400,)),
        seen=("GET /0",),
        closes=True,
    )
    yield Case(
        "H10-the-second-is-refused",
        (gets[0] + request(b"GET /keyed HTTP/1.1") + gets[2],),
        ((200,), (401,), (200,)),
        seen=("GET /0", "GET /2"),
        closes=False,
    )


CASES = [
    *connection_fields(), *tracing(), *expectations(), *upgrades(), *ends(), *pipelines(),
]  # fmt: skip
