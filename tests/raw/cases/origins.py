"""What upstreams do wrong, and what they may do: F14 to F18, H2, H7, H11, and kong-behaviour 6.3."""

from rawsuite.case import SMUGGLED, Await, Case, Pause, Script, request

GET = request(b"GET /u HTTP/1.1")
POST = request(b"POST /u HTTP/1.1", b"Content-Length: 5", body=b"hello")
OK = b"HTTP/1.1 200 OK\r\n"
EVIL = OK + b"Content-Length: 4\r\nX-Evil: yes\r\n\r\nevil"
BAD = ((502,),)


def answered(id, steps, status, send=GET, **more):
    """The upstream does `steps`; the client gets one response of that status."""
    steps = steps if isinstance(steps, tuple) else (steps,)
    script = Script(steps, early=more.pop("early", False), once=more.pop("once", False))
    more.setdefault("retries", True)
    more.setdefault("answer_lacks", ("X-Evil",))
    return Case(id, send if isinstance(send, tuple) else (send,), (status,), script=script, **more)


def broken_heads():
    """No response can be made of these: 502."""
    rows = {
        "garbage": b"\x00\x01\x02garbage\r\n\r\n",
        "text": b"hello, this is no HTTP\r\n\r\n",
        "HTTP-2": b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "lower-case": b"http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "status-of-2-digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "status-of-4-digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
        "status-099": b"HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n",
        "status-of-letters": b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
        "control-in-the-reason": b"HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n",
        "carriage-return-in-the-reason": b"HTTP/1.1 200 O\rX-Evil: yes\r\nContent-Length: 0\r\n\r\n",
        "bare-line-feeds": b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "folded": OK + b"X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
        "NUL-in-a-value": OK + b"X-A: b\x00c\r\nContent-Length: 0\r\n\r\n",
        "line-feed-in-a-value": OK + b"X-A: b\nX-Evil: yes\r\nContent-Length: 0\r\n\r\n",
        "space-in-a-name": OK + b"X A: b\r\nContent-Length: 0\r\n\r\n",
        "no-colon": OK + b"X-A\r\nContent-Length: 0\r\n\r\n",
        "no-name": OK + b": b\r\nContent-Length: 0\r\n\r\n",
    }
    for name, data in rows.items():
        yield answered(f"U-head-{name}", (data, "close"), (502,))
    many = OK + b"X-A: b\r\n" * 60_000 + b"Content-Length: 0\r\n\r\n"
    yield answered("U-head-of-half-a-megabyte", (many, "close"), (502,))
    request_line = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    yield answered("U-head-a-request", (request_line, "close"), (502,))


def broken_framing():
    """F17."""
    rows = {
        "both": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "two-lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "two-lengths-in-a-list": b"Content-Length: 5, 6\r\n\r\nhello",
        "signed-length": b"Content-Length: +5\r\n\r\nhello",
        "negative-length": b"Content-Length: -5\r\n\r\nhello",
        "hex-length": b"Content-Length: 0x5\r\n\r\nhello",
        "empty-length": b"Content-Length:\r\n\r\nhello",
        "length-of-2-to-the-64": b"Content-Length: 18446744073709551616\r\n\r\nhello",
        "gzip": b"Transfer-Encoding: gzip\r\n\r\nhello",
        "chunked-twice": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "chunked-then-gzip": b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "chunked-with-a-control": b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    }
    for name, data in rows.items():
        yield answered(f"F17-{name}", (OK + data, "close"), (502,))
    old = b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    yield answered("F17-chunked-in-1.0", (old, "close"), (502,))


def more_than_due():
    """F18: what follows a response is not the next one."""
    good = OK + b"Content-Length: 2\r\n\r\nok"
    rows = {
        "two-responses": (good + EVIL,),
        "bytes-after-a-sized-body": (good + b"x",),
        "bytes-after-a-chunked-body": (
            OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" + EVIL,
        ),
    }
    for name, steps in rows.items():
        yield answered(f"F18-{name}", steps, (200,), answer_body=b"ok", retries=False)
    first, second = request(b"GET /1 HTTP/1.1"), request(b"GET /2 HTTP/1.1")
    yield Case(
        "F18-unsolicited-on-an-idle-connection",
        (first, Await(1), Pause(0.3), second),
        ((200,), (200,)),
        script=Script((good, Pause(0.1), EVIL), once=True),
        seen=("GET /1", "GET /2"),
        answer_lacks=("X-Evil",),
        closes=False,
    )
    yield Case(
        "F18-408-on-an-idle-connection",
        (first, Await(1), Pause(0.3), second),
        ((200,), (200,)),
        script=Script((good, Pause(0.1), b"HTTP/1.1 408 \r\nContent-Length: 0\r\n\r\n", "close"), once=True),
        seen=("GET /1", "GET /2"),
        closes=False,
    )


def no_bodies():
    """F14 to F16: statuses and methods without a body, and what an upstream may add."""
    rows = {
        "204-with-a-body": b"HTTP/1.1 204 No Content\r\n\r\n" + EVIL,
        "204-with-a-length": b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
        "204-chunked": b"HTTP/1.1 204 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "304-with-a-body": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello",
    }
    for name, data in rows.items():
        status = int(name[:3])
        yield answered(
            f"F14-{name}", data, (status, 502), answer_body=None, retries=False
        )
    yield answered(
        "F14-HEAD", OK + b"Content-Length: 5\r\n\r\n", (200,), request(b"HEAD /u HTTP/1.1"),
        methods=("HEAD",), answer_has=("Content-Length: 5",), closes=False, retries=False,
    )  # fmt: skip
    yield answered(
        "F14-HEAD-with-a-body", OK + b"Content-Length: 5\r\n\r\nhello", (200,),
        request(b"HEAD /u HTTP/1.1"), methods=("HEAD",), closes=False, retries=False,
    )  # fmt: skip
    yield answered(
        "F16-chunked-for-a-1.0-client",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        (200,),
        request(b"GET /u HTTP/1.0"),
        answer_body=b"hello",
        answer_lacks=("Transfer-Encoding",),
        closes=True,
        retries=False,
    )


def cut_short():
    """The client can tell that a body is not whole."""
    sized = OK + b"Content-Length: 10\r\n\r\nhello"
    coded = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    rows = {
        "sized-closed": (sized, "close"),
        "sized-reset": (sized, Pause(0.05), "reset"),
        "chunked-closed": (coded, "close"),
        "chunked-reset": (coded, Pause(0.05), "reset"),
        "bad-chunk-size": (coded + b"xyz\r\n", "close"),
        "bad-chunk-end": (coded + b"2\r\nokXX0\r\n\r\n", "close"),
        "chunk-of-2-to-the-64": (coded + b"10000000000000002\r\nok\r\n0\r\n\r\n", "close"),
        "chunk-line-without-end": (coded + b"5;" + b"a" * 200_000, "close"),
        "closed-in-the-last-chunk": (coded + b"0\r\n", "close"),
        "hangs": (sized, Pause(4), "close"),
    }
    for name, steps in rows.items():
        yield answered(f"U-cut-{name}", steps, (200,), truncated=True, silent=True, patience=6)


def failures():
    """kong-behaviour 6.3: what the gateway says for itself."""
    yield answered("U-closes-without-a-word", ("close",), (502,))
    yield answered("U-resets-without-a-word", ("reset",), (502,))
    yield answered("U-closes-in-the-head", (b"HTTP/1.1 200 OK\r\nX-A", "close"), (502,))
    yield answered("U-closes-after-a-POST", ("close",), (502,), POST)
    line = b"GET /refused HTTP/1.1"
    yield Case("U-nobody-listens", (request(line),), ((502, 503),), seen=(), closes=False)
    yield answered("U-wait-no-answer", (Pause(9), "close"), (504,), POST, patience=10)
    yield answered(
        "U-wait-half-a-head", (b"HTTP/1.1 200 OK\r\nX-A", Pause(9), "close"), (504,), POST, patience=10
    )
    again = {"once": True, "prime": True, "retries": True}
    yield answered("H11-GET-is-tried-again", ("close",), (200,), **again)
    yield answered("H11-POST-is-not", ("close",), (502,), POST, **again)


def interim():
    """H7 and H8."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    good = OK + b"Content-Length: 2\r\n\r\nok"
    more = {"retries": False, "answer_body": b"ok"}
    yield answered("H7-103", hints + good, (200,), interim=(103,), **more)
    yield answered("H7-103-twice", (hints, Pause(0.1), hints + good), (200,), interim=(103, 103), **more)
    old = request(b"GET /u HTTP/1.0")
    yield answered("H7-not-to-1.0", hints + good, (200,), old, interim=(), closes=True, **more)
    yield answered(
        "H7-unasked-100", b"HTTP/1.1 100 Continue\r\n\r\n" + good, (200,), interim=(), **more
    )
    yield answered("H7-flood-of-103", (hints * 1000 + good, "close"), (502,))
    switch = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    yield answered("H8-101-unasked", (switch + EVIL, "close"), (502,))
    length = b"Content-Length: 5000000"
    early = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    yield answered(
        "U-answers-before-the-body",
        (early, "close"),
        (413,),
        (request(b"POST /u HTTP/1.1", length, body=b"x" * 20_000), Await(1)),
        early=True,
        retries=False,
    )
    yield answered(
        "U-answers-before-the-body-and-the-client-goes-on",
        (early, Pause(0.2), "close"),
        (413,),
        (request(b"POST /u HTTP/1.1", length, body=b"x" * 20_000), Pause(0.2), SMUGGLED * 1000),
        early=True,
        retries=False,
    )


def plain():
    """What is right and must stay so."""
    more = {"retries": False}
    yield answered("U-until-close", (b"HTTP/1.0 200 OK\r\n\r\nhello", "close"), (200,),
                   answer_body=b"hello", **more)  # fmt: skip
    yield answered("U-until-close-in-1.1", (OK + b"\r\nhello", "close"), (200,),
                   answer_body=b"hello", **more)  # fmt: skip
    text = OK + b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: v\r\n\r\n"
    yield answered("U-chunked-with-extension-and-trailer", text, (200,), answer_body=b"hello",
                   closes=False, **more)  # fmt: skip
    yield answered("U-no-reason", b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", (200,), closes=False, **more)
    yield answered("U-unknown-status", b"HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n", (299,), **more)
    yield answered(
        "U-redirect",
        b"HTTP/1.1 302 Found\r\nLocation: http://a.test/b\r\nContent-Length: 0\r\n\r\n",
        (302,),
        answer_has=("Location: http://a.test/b",),
        **more,
    )
    hops = b"Connection: X-Hop\r\nX-Hop: a\r\nKeep-Alive: timeout=5\r\nProxy-Connection: a\r\n"
    yield answered(
        "H2-response-fields",
        OK + hops + b"Content-Length: 0\r\n\r\n",
        (200,),
        answer_lacks=("X-Hop", "Proxy-Connection"),
        **more,
    )
    yield answered("L10-response-in-latin-1", OK + b"X-A: caf\xe9\r\nContent-Length: 0\r\n\r\n",
                   (200,), closes=False, **more)  # fmt: skip
    big = b"z" * 2_000_000
    yield answered("U-two-megabytes", OK + b"Content-Length: 2000000\r\n\r\n" + big, (200,),
                   answer_body=big, closes=False, **more)  # fmt: skip
    slow = tuple(piece for byte in OK + b"Content-Length: 5\r\n\r\nhello"
                 for piece in (bytes([byte]), Pause(0.002)))  # fmt: skip
    yield answered("U-byte-by-byte", slow, (200,), answer_body=b"hello", closes=False, **more)


def pool():
    lines = [request(b"GET /%d HTTP/1.1" % n) for n in range(5)]
    send = tuple(step for n, line in enumerate(lines) for step in (line, Await(n + 1)))
    yield Case("U-connection-is-used-again", send, ((200,),) * 5, connections=3, closes=False)
    goodbye = OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nok"
    yield Case(
        "U-connection-close-is-heeded",
        (lines[0], Await(1), lines[1]),
        ((200,), (200,)),
        script=Script((goodbye,), once=True),
        seen=("GET /0", "GET /1"),
        closes=False,
    )


CASES = [
    *broken_heads(), *broken_framing(), *more_than_due(), *no_bodies(), *cut_short(), *failures(),
    *interim(), *plain(), *pool(),
]  # fmt: skip
