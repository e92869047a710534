"""A case is data: what is sent, what may come back, and what the upstream may have seen."""

from dataclasses import dataclass, field

CANARY = "/smuggled"  # a target that must never reach the upstream


@dataclass(frozen=True)
class Pause:
    """Nothing is sent for so long; what arrives is read."""

    seconds: float


@dataclass(frozen=True)
class Await:
    """Nothing is sent until so many answers (interim ones count) have begun."""

    answers: int


@dataclass(frozen=True)
class HalfClose:
    """The client has nothing more to say but still listens."""


@dataclass(frozen=True)
class Trickle:
    """One byte at a time."""

    data: bytes
    seconds: float  # between two bytes


@dataclass(frozen=True)
class Script:
    """What the upstream does instead of answering 200: bytes, Pause, and the words `close` and
    `reset`. Without either the connection is left open, as for keep-alive."""

    steps: tuple
    early: bool = False  # begins when the head has come, without waiting for the body
    once: bool = False  # for the first request only; otherwise for each but the probe


@dataclass(frozen=True)
class Case:
    """One conversation on one connection."""

    id: str  # the rule of hardening.md first: "F1-length-then-chunked"
    send: tuple
    answers: tuple  # for each response the statuses that are right
    closes: bool | None = None  # after the last response; None: as it likes
    silent: bool = False  # closing without any response is right as well
    seen: tuple | None = None  # "GET /a" of each complete request upstream; None: not looked at
    body: bytes | None = None  # of the only request upstream
    methods: tuple = ()  # of the requests, where they are not all GET-like
    passes: tuple = ()  # field lines that the upstream must have seen
    drops: tuple = ()  # names that it must not have seen
    answer_body: bytes | None = None
    answer_has: tuple = ()
    answer_lacks: tuple = ()
    interim: tuple | None = None  # statuses of the 1xx that came
    truncated: bool = False  # the last response must be cut short, and be seen to be
    tunnel: bytes | None = None  # bytes that come after the 101
    script: Script | None = None
    prime: bool = False  # first a request on another connection, so that a pooled one is there
    connections: int | None = None  # to the upstream, at most, probe and prime included
    retries: bool = False  # the upstream may see a request more than once
    patience: float = 4.0
    notes: str = ""
    only: tuple = field(default=())  # targets that it makes sense for; empty: all


def request(line=b"GET / HTTP/1.1", *fields, host=b"gateway.test", body=b""):
    """A request's bytes. `line` is without CRLF, so is each field; Host is added unless it is None."""
    lines = [line]
    if host is not None:
        lines.append(b"Host: " + host)
    return b"\r\n".join([*lines, *fields]) + b"\r\n\r\n" + body


def chunked(body, *fields, line=b"POST / HTTP/1.1"):
    """A request whose body is `body`, sent as it stands under Transfer-Encoding: chunked."""
    return request(line, b"Transfer-Encoding: chunked", *fields, body=body)


SMUGGLED = request(b"GET " + CANARY.encode() + b" HTTP/1.1")


def refused(id, data, status=(400,), **more):
    """A malformed request: one refusal, then the connection ends, and the upstream has nothing."""
    send = data if isinstance(data, tuple) else (data,)
    more.setdefault("closes", True)
    more.setdefault("seen", ())
    return Case(id=id, send=send, answers=(status,), **more)


def accepted(id, data, seen=None, status=(200,), **more):
    """A valid request: answered by the upstream, and the connection lives on."""
    send = data if isinstance(data, tuple) else (data,)
    more.setdefault("closes", False)
    return Case(id=id, send=send, answers=(status,), seen=seen, **more)
