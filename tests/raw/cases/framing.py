"""F1 to F13 and F19 to F21: where a request's body ends (RFC 9112 sections 6 to 8)."""

from rawsuite.case import (
    SMUGGLED,
    Case,
    HalfClose,
    Pause,
    Trickle,
    accepted,
    chunked,
    refused,
    request,
)

POST = b"POST / HTTP/1.1"
TE = b"Transfer-Encoding: "
CL = b"Content-Length: "
LAST = b"0\r\n\r\n"
UNKNOWN = (400, 501)


def both():
    """F1: a length and a transfer coding; whatever the order, either could be believed."""
    tail = LAST + SMUGGLED
    length = CL + str(len(tail)).encode()
    rows = {
        "length-first": (length, TE + b"chunked"),
        "coding-first": (TE + b"chunked", length),
        "length-0": (CL + b"0", TE + b"chunked"),
        "length-of-the-first-chunk-line": (CL + b"3", TE + b"chunked"),
        "other-case": (b"content-length: 5", b"TRANSFER-ENCODING: ChUnKeD"),
        "with-identity": (length, TE + b"identity"),
    }
    for name, fields in rows.items():
        status = UNKNOWN if name == "with-identity" else (400,)
        yield refused(f"F1-{name}", request(POST, *fields, body=tail), status)


def codings():
    """F2 to F6."""
    rows = {
        "F2-chunked-then-gzip": ([b"chunked, gzip"], UNKNOWN),
        "F2-chunked-then-identity": ([b"chunked, identity"], UNKNOWN),
        "F2-chunked-then-gzip-on-two-lines": ([b"chunked", b"gzip"], UNKNOWN),
        "F3-chunked-twice": ([b"chunked, chunked"], (400,)),
        "F3-chunked-twice-on-two-lines": ([b"chunked", b"chunked"], (400,)),
        "F3-chunked-twice-other-case": ([b"chunked, CHUNKED"], (400,)),
        "F4-gzip": ([b"gzip"], (501, 400)),
        "F4-gzip-then-chunked": ([b"gzip, chunked"], (501,)),
        "F4-gzip-then-chunked-on-two-lines": ([b"gzip", b"chunked"], UNKNOWN),
        "F4-identity": ([b"identity"], UNKNOWN),
        "F4-unknown": ([b"xchunked"], UNKNOWN),
        "F4-empty": ([b""], UNKNOWN),
        "F4-two-words": ([b"chunked foo"], UNKNOWN),
        "F5-parameter": ([b"chunked;q=1"], UNKNOWN),
        "F5-quoted-parameter": ([b'chunked; foo="bar"'], UNKNOWN),
    }
    for name, (values, status) in rows.items():
        fields = [TE + value for value in values]
        yield refused(name, request(POST, *fields, body=LAST + SMUGGLED), status)
    old = b"POST / HTTP/1.0"
    yield refused("F6-chunked-in-1.0", request(old, TE + b"chunked", body=LAST + SMUGGLED))
    yield refused(
        "F6-chunked-in-1.0-keep-alive",
        request(old, TE + b"chunked", b"Connection: keep-alive", body=LAST + SMUGGLED),
    )


def lengths():
    """F7 to F9: a length is digits and nothing else, once."""
    bad = {
        "plus": b"+5", "minus": b"-5", "inner-space": b"1 5", "hex": b"0x5", "letter": b"5a",
        "empty": b"", "comma-at-the-end": b"5,", "point": b"5.0", "exponent": b"1e1",
        "underscore": b"1_0", "wide-digit": "\uff15".encode(), "vertical-tab": b"\x0b5",
        "quoted": b'"5"', "semicolon": b"5;a=b",
    }  # fmt: skip
    for name, value in bad.items():
        yield refused(f"F7-{name}", request(POST, CL + value, body=b"hello" + SMUGGLED))
    again = {
        "F7-two-lengths": [b"5", b"6"],
        "F7-two-lengths-other-order": [b"0", b"5"],
        "F7-two-lengths-in-a-list": [b"5, 6"],
        "F8-same-length-twice": [b"5", b"5"],
        "F8-same-length-in-a-list": [b"5, 5"],
        "F8-same-value-other-digits": [b"5", b"05"],
    }
    for name, values in again.items():
        fields = [CL + value for value in values]
        yield refused(name, request(POST, *fields, body=b"hello"))
    huge = {"2-to-the-64": 2**64, "2-to-the-64-and-5": 2**64 + 5, "30-digits": 10**30}
    for name, value in huge.items():
        data = request(POST, CL + str(value).encode(), body=b"hello" + SMUGGLED)
        yield refused(f"F9-length-of-{name}", data, (400, 413))


def chunk_lines():
    """F9 and F10: a chunk's size is hex digits."""
    bad = {
        "F9-chunk-of-2-to-the-64": b"10000000000000000\r\n",
        "F9-chunk-of-2-to-the-64-and-5": b"10000000000000005\r\n",
        "F9-chunk-of-all-ones": b"FFFFFFFFFFFFFFFFF\r\n",
        "F10-prefix": b"0x5\r\n",
        "F10-plus": b"+5\r\n",
        "F10-minus": b"-5\r\n",
        "F10-leading-space": b" 5\r\n",
        "F10-trailing-space": b"5 \r\n",
        "F10-trailing-tab": b"5\t\r\n",
        "F10-underscore": b"0_5\r\n",
        "F10-no-hex": b"5g\r\n",
        "F10-empty": b"\r\n",
        "F10-seventeen-digits": b"00000000000000005\r\n",
        "F10-inner-space": b"5 5\r\n",
        "F10-NUL": b"5\x00\r\n",
    }
    for name, line in bad.items():
        yield refused(name, chunked(line + b"hello\r\n" + LAST + SMUGGLED))
    yield accepted(
        "F10-leading-zeros", chunked(b"0005\r\nhello\r\n000\r\n\r\n"), ("POST /",), body=b"hello"
    )
    yield accepted(
        "F10-both-cases",
        chunked(b"a\r\n0123456789\r\nB\r\n0123456789x\r\n" + LAST),
        ("POST /",),
        body=b"01234567890123456789x",
    )


def extensions():
    """F11: read strictly, dropped, bounded."""
    good = {"name": b";a", "value": b";a=b", "quoted": b';a="b;c\\"d"', "several": b";a;b=c;d"}
    for name, text in good.items():
        yield accepted(
            f"F11-{name}",
            chunked(b"5" + text + b"\r\nhello\r\n0" + text + b"\r\n\r\n"),
            ("POST /",),
            body=b"hello",
        )
    bad = {
        "control": b";a=\x01",
        "bare-line-feed": b";\nx",
        "line-feed-for-an-end": b";a\n",
        "bare-carriage-return": b";a\rb",
        "NUL": b";\x00",
        "no-name": b";",
        "open-quote": b';a="b',
    }
    for name, text in bad.items():
        yield refused(f"F11-{name}", chunked(b"5" + text + b"\r\nhello\r\n" + LAST + SMUGGLED))
    flood = b"".join(b"1;" + b"a" * 3000 + b"\r\nx\r\n" for _ in range(40))
    yield refused("F11-flood", chunked(flood + LAST), (400, 413, 431))


def chunk_ends():
    """F12: CRLF exactly, around the data and after the last chunk."""
    bad = {
        "data-too-long": b"5\r\nhello!\r\n" + LAST,
        "data-without-end": b"5\r\nhello0\r\n\r\n",
        "line-feed-after-size": b"5\nhello\r\n" + LAST,
        "line-feed-after-data": b"5\r\nhello\n" + LAST,
        "carriage-return-after-data": b"5\r\nhello\r" + LAST,
        "carriage-return-after-size": b"5\rhello\r\n" + LAST,
        "line-feed-in-the-last-chunk": b"5\r\nhello\r\n0\n\r\n",
        "line-feed-for-the-end": b"5\r\nhello\r\n0\r\n\n",
        "two-bytes-for-an-end": b"5\r\nhelloXX" + LAST,
    }
    for name, body in bad.items():
        yield refused(f"F12-{name}", chunked(body + SMUGGLED))


def trailers():
    """F13."""
    for name, line in {
        "length": b"Content-Length: 5",
        "coding": b"Transfer-Encoding: chunked",
        "host": b"Host: other.test",
        "authorization": b"Authorization: Basic eDp5",
        "space-before-colon": b"X-Trailer : a",
        "folded": b"X-Trailer: a\r\n b",
        "no-colon": b"X-Trailer",
        "NUL": b"X-Trailer: a\x00b",
        "bare-line-feed": b"X-Trailer: a\nX-Other: b",
    }.items():
        data = chunked(b"5\r\nhello\r\n0\r\n" + line + b"\r\n\r\n" + SMUGGLED)
        yield refused(f"F13-{name}", data)
    yield accepted(
        "F13-harmless",
        chunked(b"5\r\nhello\r\n0\r\nX-Trailer: a\r\nX-Other: b\r\n\r\n"),
        ("POST /",),
        body=b"hello",
        drops=("X-Trailer",),
    )


def unread():
    """F19: what was refused early is read to its end, or the connection ends."""
    line = b"POST /keyed HTTP/1.1"
    length = CL + str(len(SMUGGLED)).encode()
    yield Case("F19-refused-with-a-body", (request(line, length, body=SMUGGLED),), ((401,),), seen=())
    yield Case(
        "F19-refused-before-its-body",
        (request(line, length), Pause(0.2), SMUGGLED),
        ((401,),),
        seen=(),
    )
    size = b"%x\r\n" % len(SMUGGLED)
    yield Case(
        "F19-refused-with-a-chunked-body",
        (chunked(size + SMUGGLED + b"\r\n" + LAST, line=line),),
        ((401,),),
        seen=(),
    )
    yield Case(
        "F19-refused-with-a-malformed-body",
        (chunked(b"xyz\r\n" + SMUGGLED, line=line),),
        ((401, 400),),
        seen=(),
        closes=True,
    )
    yield Case(
        "F19-refused-with-a-body-of-a-gigabyte",
        (request(line, CL + b"1000000000", body=SMUGGLED),),
        ((401,),),
        seen=(),
        closes=True,
    )


def incomplete():
    """F20: half a request is none."""
    for name, data in {
        "head": request()[:-2],
        "request-line": b"GET / HT",
        "sized-body": request(POST, CL + b"10", body=b"hello"),
        "chunk": chunked(b"a\r\nhello"),
        "last-chunk": chunked(b"5\r\nhello\r\n0\r\n"),
        "no-last-chunk": chunked(b"5\r\nhello\r\n"),
        "chunk-line": chunked(b"5\r\nhello\r\n5"),
    }.items():
        yield Case(
            f"F20-half-a-{name}",
            (data, HalfClose()),
            ((400, 408, 499, 502),),
            closes=True,
            silent=True,
            seen=(),
        )


def bodies():
    """F21, and what must simply work."""
    for method in (b"GET", b"DELETE", b"OPTIONS", b"PUT", b"PATCH", b"POST"):
        name = method.decode()
        yield accepted(
            f"F21-{name}-with-a-length",
            request(method + b" /b HTTP/1.1", CL + b"5", body=b"hello"),
            (f"{name} /b",),
            body=b"hello",
        )
    yield accepted(
        "F21-GET-chunked",
        chunked(b"5\r\nhello\r\n" + LAST, line=b"GET /b HTTP/1.1"),
        ("GET /b",),
        body=b"hello",
    )
    yield accepted(
        "F21-HEAD-with-a-body",
        request(b"HEAD /b HTTP/1.1", CL + b"5", body=b"hello"),
        ("HEAD /b",),
        body=b"hello",
        methods=("HEAD",),
    )
    yield accepted("F21-length-0", request(POST, CL + b"0"), ("POST /",), body=b"")
    yield accepted("F21-a-body-that-looks-like-a-request",
                   request(POST, CL + b"%d" % len(SMUGGLED), body=SMUGGLED),
                   ("POST /",), body=SMUGGLED)  # fmt: skip
    whole = chunked(b'3;x="y"\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nX-T: v\r\n\r\n')
    yield accepted("F21-byte-by-byte", (Trickle(whole, 0),), ("POST /",), body=b"abc0123456789abcdef")
    big = b"x" * 3_000_000
    yield accepted("F21-three-megabytes", request(POST, CL + b"3000000", body=big), ("POST /",), body=big)
    pieces = b"".join(b"1\r\nx\r\n" for _ in range(5000)) + LAST
    yield accepted("F21-five-thousand-chunks", chunked(pieces), ("POST /",), body=b"x" * 5000)


CASES = [
    *both(), *codings(), *lengths(), *chunk_lines(), *extensions(), *chunk_ends(), *trailers(),
    *unread(), *incomplete(), *bodies(),
]  # fmt: skip
