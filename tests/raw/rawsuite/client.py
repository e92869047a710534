"""The suite's end of a connection to the program under test."""

import select
import socket
import time

from rawsuite import wire
from rawsuite.case import Await, HalfClose, Pause, Trickle


class Client:
    """Sends and reads at the same time; never blocks beyond its deadlines, never raises OSError."""

    def __init__(self, port, methods=()):
        self.methods = tuple(methods)
        self.received = b""
        self.ended = False  # the server closed, or reset
        self.was_reset = False
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def pump(self, pending, seconds, enough=lambda: False):
        """Writes `pending` and reads, until all is written and `enough`, the end, or the time."""
        deadline = time.monotonic() + seconds
        while not self.ended and (pending or not enough()):
            left = deadline - time.monotonic()
            if left <= 0:
                return
            readable, writable, _ = select.select(
                [self.socket], [self.socket] if pending else [], [], left
            )
            if readable:
                self.read()
            if writable and not self.ended:
                pending = self.write(pending)

    def read(self):
        try:
            data = self.socket.recv(262144)
        except BlockingIOError:
            return
        except OSError:
            data, self.was_reset = b"", True
        self.received += data
        self.ended = not data

    def write(self, pending):
        try:
            return pending[self.socket.send(pending) :]
        except BlockingIOError:
            return pending
        except OSError:
            # The server no longer listens; what it said before is still to be read.
            return b""

    def play(self, steps, patience):
        for step in steps:
            if isinstance(step, bytes):
                self.pump(step, patience, lambda: True)
            elif isinstance(step, Pause):
                self.pump(b"", step.seconds)
            elif isinstance(step, Await):
                self.pump(b"", patience, lambda n=step.answers: self.heads() >= n)
            elif isinstance(step, Trickle):
                self.trickle(step)
            elif isinstance(step, HalfClose):
                self.half_close()

    def trickle(self, step):
        for at in range(len(step.data)):
            if self.ended:
                return
            self.pump(step.data[at : at + 1], 5, lambda: True)
            if step.seconds:
                self.pump(b"", step.seconds)

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def heads(self):
        return self.received.count(b"HTTP/1.1 ")

    def responses(self):
        return wire.read_responses(self.received, self.methods, self.ended)

    def has(self, count):
        """So many whole responses are there; bytes that are none count as enough."""
        try:
            found, _ = self.responses()
        except wire.WireError:
            return True
        return sum(r.complete for r in found) >= count
