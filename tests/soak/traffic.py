"""Random traffic: what valid clients do, and what clients and upstreams do wrong.

Each action opens a connection of its own, says what must come back, and raises Wrong when it does not.
"""

import hashlib
import json
import socket
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "raw"))

from rawsuite import wire  # noqa: E402

HOST = b"Host: soak.test\r\n"


class Wrong(Exception):
    """An answer that is not the right one."""


class Session:
    """A client connection that can only wait so long."""

    def __init__(self, port, random):
        self.random = random
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
        self.received = b""

    def send(self, data):
        """In pieces, as networks do."""
        while data:
            size = self.random.choice((1, 100, 5000, 200_000))
            self.socket.sendall(data[:size])
            data = data[size:]

    def answer(self, method="GET"):
        """The next response; None when the connection ended before or within it."""
        ended = False
        while True:
            response = wire.read_response(self.received, method, ended)
            if response and response.complete:
                self.received = self.received[response.size :]
                return response
            if ended:
                return None
            try:
                data = self.socket.recv(262144)
            except ConnectionResetError:
                data = b""
            self.received += data
            ended = not data

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def get(path, *fields):
    lines = b"".join(field + b"\r\n" for field in fields)
    return b"GET " + path.encode() + b" HTTP/1.1\r\n" + HOST + lines + b"\r\n"


def want(condition, what, response=None):
    if not condition:
        raise Wrong(f"{what}: {response.status if response else 'no answer'}")


def body_of(session):
    return session.random.randbytes(session.random.choice((0, 1, 1000, 70_000, 1_000_000)))


def check_echo(response, body, what):
    want(response is not None and response.status == 200, what, response)
    digest = json.loads(response.body)["body"]["sha256"]
    want(digest == hashlib.sha256(body).hexdigest(), what + ": another body arrived", response)


def some_gets(session):
    for n in range(session.random.randint(1, 10)):
        session.send(get(f"/open/{n}"))
        response = session.answer()
        want(response is not None and response.status == 200, "GET", response)


def pipelined(session):
    count = session.random.randint(2, 10)
    session.send(b"".join(get(f"/open/{n}") for n in range(count)))
    for n in range(count):
        response = session.answer()
        want(response is not None and response.status == 200, "pipelined", response)
        want(json.loads(response.body)["target"] == f"/{n}", "pipelined: out of order", response)


def sized_body(session):
    body = body_of(session)
    session.send(b"POST /open HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    check_echo(session.answer(), body, "sized body")


def chunked_body(session):
    body, sent, at = body_of(session), [], 0
    while at < len(body):
        size = session.random.randint(1, 100_000)
        piece = body[at : at + size]
        sent.append(b"%x\r\n%s\r\n" % (len(piece), piece))
        at += size
    head = b"PUT /open HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    session.send(head + b"".join(sent) + b"0\r\n\r\n")
    check_echo(session.answer(), body, "chunked body")


def head_and_old(session):
    session.send(b"HEAD /open HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET /open HTTP/1.0\r\n" + HOST + b"\r\n")
    for method in ("HEAD", "GET"):
        response = session.answer(method)
        want(response is not None and response.status == 200, method + " then HTTP/1.0", response)


def keyed(session):
    session.send(get("/keyed", b"apikey: soak-key"))
    response = session.answer()
    want(response is not None and response.status in (200, 429), "with a key", response)
    session.send(get("/keyed", b"apikey: wrong"))
    response = session.answer()
    want(response is not None and response.status == 401, "with a wrong key", response)


def balanced(session):
    session.send(get("/pair"))
    response = session.answer()
    want(response is not None and response.status == 200, "around a dead target", response)


def large_answer(session):
    size = session.random.choice((100_000, 3_000_000))
    session.send(get(f"/open/big?size={size}"))
    response = session.answer()
    want(response is not None and len(response.body) == size, "large answer", response)


def broken_upstream(session):
    path, statuses = session.random.choice(
        (("/open/reset", (502,)), ("/open/close", (502,)), ("/open/half?size=300000", ()))
    )
    session.send(get(path))
    response = session.answer()
    if statuses:
        want(response is not None and response.status in statuses, path, response)
    else:
        want(response is None, path + " looks whole", response)


def hanging_upstream(session):
    session.send(b"POST /open/hang HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n")
    response = session.answer()
    want(response is not None and response.status == 504, "hanging upstream", response)


def malformed(session):
    session.send(session.random.choice((b"\x00\xff\r\n\r\n", b"GET  / HTTP/1.1\r\n\r\n", get("/open", b"a b: c"))))
    response = session.answer()
    want(response is not None and response.status == 400, "malformed", response)


def goes_away(session):
    """In the head, in the body, before the answer or within it; by closing or by a reset."""
    whole = b"POST /open/slow?ms=50 HTTP/1.1\r\n" + HOST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000
    ways = (whole[: session.random.randint(0, len(whole))], get("/open/slow?ms=200"), get("/open/big?size=5000000"))
    session.socket.sendall(session.random.choice(ways))
    if session.random.random() < 0.5:
        session.socket.recv(1000)
    if session.random.random() < 0.5:
        session.reset()


def half_closes(session):
    session.send(get("/open/slow?ms=50"))
    session.socket.shutdown(socket.SHUT_WR)
    response = session.answer()
    want(response is not None and response.status == 200, "half-closed", response)


def upgrades(session):
    """The peer knows no WebSocket: an ordinary answer, and the connection goes on."""
    session.send(get("/open/ws", b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
                     b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))  # fmt: skip
    response = session.answer()
    want(response is not None and response.status == 200, "declined upgrade", response)
    some_gets(session)


# (weight, action): mostly valid traffic.
ACTIONS = (
    (10, some_gets), (4, pipelined), (4, sized_body), (4, chunked_body), (2, head_and_old), (4, keyed),
    (4, balanced), (3, large_answer), (3, broken_upstream), (0.3, hanging_upstream), (2, malformed),
    (6, goes_away), (2, half_closes), (1, upgrades),
)  # fmt: skip


def play_one(port, random):
    """The name of the action played."""
    weights, actions = zip(*ACTIONS)
    action = random.choices(actions, weights)[0]
    session = Session(port, random)
    try:
        action(session)
    except wire.WireError as error:
        raise Wrong(f"{action.__name__}: not HTTP: {error}") from error
    except OSError as error:
        if action is not goes_away:
            raise Wrong(f"{action.__name__}: {type(error).__name__}: {error}") from error
    finally:
        session.socket.close()
    return action.__name__
