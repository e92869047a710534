"""Technique x field: the ways to write a field so that two readers differ (hardening.md section 3,
after PortSwigger's http-request-smuggler), for each of the fields whose misreading hurts."""

from rawsuite.case import SMUGGLED, Case, accepted, refused, request

TAIL = b"0\r\n\r\n" + SMUGGLED

# What no reader may take, whatever the field: NAME and VALUE stand for the field's own.
MALFORMED = {
    "space-before-colon": b"NAME : VALUE",
    "tab-before-colon": b"NAME\t: VALUE",
    "control-before-colon": b"NAME\x01: VALUE",
    "NUL-before-colon": b"NAME\x00: VALUE",
    "latin-1-before-colon": b"NAME\xa0: VALUE",
    "leading-space": b"X-A: b\r\n NAME: VALUE",
    "leading-tab": b"X-A: b\r\n\tNAME: VALUE",
    "folded-value": b"NAME:\r\n VALUE",
    "line-feed-before": b"X-A: b\nNAME: VALUE",
    "line-feed-after": b"NAME: VALUE\nX-A: b",
    "carriage-return-before": b"X-A: b\rNAME: VALUE",
    "carriage-return-after": b"NAME: VALUE\rX-A: b",
    "carriage-return-before-value": b"NAME:\rVALUE",
    "vertical-tab-before-value": b"NAME:\x0bVALUE",
    "form-feed-after-value": b"NAME: VALUE\x0c",
    "NUL-after-value": b"NAME: VALUE\x00",
    "line-feed-before-colon": b"NAME\n: VALUE",
    "no-colon": b"NAME VALUE",
}

# What is well-formed as a line, with the same meaning.
SAME = {
    "no-space": b"NAME:VALUE",
    "tabs-around": b"NAME:\tVALUE\t",
    "name-in-capitals": b"UPPER: VALUE",
    "value-in-capitals": b"NAME: BIG",
}

# The line is well-formed, the value is another: what each field makes of it differs.
OTHER = {
    "quoted": b'NAME: "VALUE"',
    "latin-1-space-after": b"NAME: VALUE\xa0",
    "latin-1-space-before": b"NAME: \x85VALUE",
    "word-after": b"NAME: VALUE x",
}

FIELDS = {
    "TE": (b"Transfer-Encoding", b"chunked"),
    "CL": (b"Content-Length", b"5"),
    "Host": (b"Host", b"gateway.test"),
    "Connection": (b"Connection", b"close"),
    "Expect": (b"Expect", b"100-continue"),
}

# Each field's answer to OTHER; a Connection of unknown words merely is not `close`.
ANSWERS = {"TE": (400, 501), "CL": (400,), "Host": (400,), "Expect": (417, 400)}


def written(pattern, field):
    name, value = FIELDS[field]
    line = pattern.replace(b"NAME", name).replace(b"UPPER", name.upper())
    return line.replace(b"VALUE", value).replace(b"BIG", value.upper())


def message(field, line, rejected):
    """A request in which a misread `line` lets SMUGGLED through, or a plain one."""
    if field == "Host":
        return request(b"GET / HTTP/1.1", line, host=None)
    if field == "Connection":
        return request(b"GET / HTTP/1.1", line) + (SMUGGLED if rejected else b"")
    if field == "CL":
        return request(b"POST / HTTP/1.1", line, body=b"hello" + (SMUGGLED if rejected else b""))
    if field == "Expect":
        return request(b"POST / HTTP/1.1", line, b"Content-Length: 5", body=b"hello")
    if rejected:
        length = b"Content-Length: %d" % len(TAIL)
        return request(b"POST / HTTP/1.1", length, line, body=TAIL)
    return request(b"POST / HTTP/1.1", line, body=b"5\r\nhello\r\n0\r\n\r\n")


def same(field, name, line):
    data = message(field, line, False)
    if field == "Connection":
        case = Case(f"M-{field}-{name}", (data + SMUGGLED,), ((200,),), seen=("GET /",), closes=True)
    elif field == "Host":
        case = accepted(f"M-{field}-{name}", data, ("GET /",))
    else:
        case = accepted(f"M-{field}-{name}", data, ("POST /",), body=b"hello")
    return case


def build():
    for field in FIELDS:
        for name, pattern in MALFORMED.items():
            yield refused(f"M-{field}-{name}", message(field, written(pattern, field), True))
        for name, pattern in SAME.items():
            if field != "CL" or name != "value-in-capitals":
                yield same(field, name, written(pattern, field))
        for name, pattern in OTHER.items():
            if field in ANSWERS:
                data = message(field, written(pattern, field), True)
                status = ANSWERS[field]
                closes = None if field == "Expect" else True
                yield refused(f"M-{field}-{name}", data, status, closes=closes)


CASES = list(build())
