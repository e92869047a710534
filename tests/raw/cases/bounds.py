"""Section 9: every size and every wait has an end. Cases on time begin with S9-wait; the configs in
../targets make them short."""

from rawsuite.case import Await, Case, HalfClose, Pause, Trickle, accepted, chunked, refused, request

GET = b"GET / HTTP/1.1"
POST = b"POST / HTTP/1.1"
OURS = ("gatewayctl",)


def heads():
    """L14 and L17."""
    large = (431,)
    yield refused("S9-one-field-of-20-KB", request(GET, b"X-A: " + b"b" * 20000), large)
    yield refused("S9-a-name-of-20-KB", request(GET, b"X" * 20000 + b": b"), large)
    many = [b"X-%d: %s" % (n, b"b" * 9000) for n in range(10)]
    yield refused("S9-fields-of-90-KB", request(GET, *many), large)
    short = [b"X-%d: b" % n for n in range(2500)]
    yield refused("S9-2500-fields", request(GET, *short), large)
    yield refused("S9-a-field-without-end", b"GET / HTTP/1.1\r\nX-A: " + b"b" * 300_000, large)
    yield refused("S9-a-head-without-end", b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 50_000, large)
    yield refused("S9-a-target-without-end", b"GET /" + b"a" * 300_000, (414,))
    yield refused("S9-a-method-without-end", b"G" * 300_000, (400, 414, 501))
    yield refused("S9-empty-lines-without-end", b"\r\n" * 50_000, (400,))
    for name, field in {
        "a-field-of-12-KB": [b"X-A: " + b"b" * 12_000],
        "fields-of-28-KB": [b"X-%d: %s" % (n, b"b" * 7000) for n in range(4)],
        "90-fields": [b"X-%d: b" % n for n in range(90)],
    }.items():
        yield accepted(f"S9-{name}-pass", request(GET, *field), ("GET /",), passes=(field[-1],))
    target = "/" + "a" * 7000
    yield accepted(
        "S9-a-target-of-7-KB-passes", request(f"GET {target} HTTP/1.1".encode()), (f"GET {target}",)
    )


def chunks():
    """The bounds of F10, F11 and F13."""
    yield refused("S9-chunk-line-of-5-KB", chunked(b"5;" + b"a" * 5000 + b"\r\nhello\r\n0\r\n\r\n"))
    endless = chunked(b"5;" + b"a" * 300_000)
    yield refused("S9-chunk-line-without-end", endless, (400, 431))
    yield refused("S9-chunk-size-without-end", chunked(b"0" * 300_000))
    large = (431, 400)
    begin = b"5\r\nhello\r\n0\r\n"
    yield refused("S9-trailers-of-10-KB", chunked(begin + b"X-A: " + b"b" * 10_000 + b"\r\n\r\n"), large)
    many = b"".join(b"X-%d: b\r\n" % n for n in range(100))
    yield refused("S9-100-trailers", chunked(begin + many + b"\r\n"), large)
    yield refused("S9-trailers-without-end", chunked(begin + b"X-A: b\r\n" * 50_000), large)


def requests_of_a_connection():
    one = request(GET)
    yield Case(
        "S9-a-hundred-requests-and-no-more",
        (one * 101,),
        ((200,),) * 100,
        closes=True,
        answer_has=("Connection: close",),
        patience=8.0,
    )


def waits():
    """What a silent or slow client gets; the deadlines are absolute, so trickling does not help."""
    patience = 8.0
    late = {"closes": True, "patience": patience, "seen": ()}
    yield Case("S9-wait-nothing-sent", (Pause(4.5),), (), **late)
    yield Case(
        "S9-wait-half-a-head", (b"GET / HTTP/1.1\r\nHost: a\r\n", Pause(4.5)), ((408,),), silent=True, **late
    )
    drops = Trickle(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 4, 0.25)
    yield Case("S9-wait-a-head-in-drops", (drops,), ((408,),), silent=True, **late)
    half = request(POST, b"Content-Length: 10", body=b"hello")
    yield Case("S9-wait-half-a-body", (half, Pause(5)), ((408,),), silent=True, **late)
    begun = chunked(b"5\r\nhello\r\n")
    yield Case("S9-wait-half-a-chunked-body", (begun, Pause(5)), ((408,),), silent=True, **late)
    drops = (request(POST, b"Content-Length: 1000"), Trickle(b"x" * 40, 0.25))
    yield Case("S9-wait-a-body-in-drops", drops, ((408,),), silent=True, only=OURS, **late)
    yield Case(
        "S9-wait-idle-after-a-request", (request(GET), Await(1), Pause(4.5)), ((200,),), closes=True
    )
    yield Case(
        "S9-wait-half-closed-client", (request(GET), HalfClose()), ((200,),), closes=True, seen=("GET /",)
    )


CASES = [*heads(), *chunks(), *requests_of_a_connection(), *waits()]
