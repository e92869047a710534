"""A recording upstream: keeps every request it gets, byte for byte, and answers as it is told."""

import itertools
import socket
import struct
import threading
import time
from urllib.parse import quote

from rawsuite import wire
from rawsuite.case import CANARY, Pause

PROBE = "/probe"


class Upstream:
    """One listener on loopback, one thread a connection. What it saw is reset by begin()."""

    def __init__(self):
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.script = None
        self.begin(None)
        threading.Thread(target=self.accept, daemon=True).start()

    def begin(self, script):
        """A new case begins."""
        with self.lock:
            self.script = script
            self.requests = []  # complete ones
            self.violations = []  # what no gateway may send
            self.used = set()  # numbers of the connections that carried a request

    def accept(self):
        for number in itertools.count():
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection, number), daemon=True).start()

    def serve(self, connection, number):
        try:
            self.serve_requests(connection, number)
        except OSError:
            pass
        finally:
            connection.close()

    def serve_requests(self, connection, number):
        data, acted = b"", False
        while True:
            try:
                request = wire.read_request(data)
            except wire.WireError as error:
                self.note_violation(error, data)
                return
            if request and not acted and (request.complete or self.is_early(request)):
                acted = True
                if not self.answer(connection, number, request):
                    return
            if request and request.complete:
                data, acted = data[request.size :], False
                continue
            more = connection.recv(65536)
            if not more:
                return
            data += more

    def is_early(self, request):
        with self.lock:
            return bool(self.script and self.script.early and request.target != PROBE)

    def note_violation(self, error, data):
        with self.lock:
            self.violations.append(f"the upstream was sent {error}: {data[:300]!r}")

    def answer(self, connection, number, request):
        """False when the connection is over."""
        with self.lock:
            if CANARY in request.target:
                self.violations.append(f"smuggled: {request.method} {request.target}")
            if request.target != PROBE:
                self.requests.append(request)
            self.used.add(number)
            script = None if request.target == PROBE else self.script
            if script and script.once:
                self.script = None
        if script:
            return play(connection, script.steps)
        connection.sendall(plain_answer(request))
        return True


def plain_answer(request):
    target = quote(request.target[:100], safe="/?=&%*:.")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/x-raw\r\nX-Target: {target}\r\nContent-Length: 2\r\n\r\n"
    return head.encode() + (b"" if request.method == "HEAD" else b"ok")


def play(connection, steps):
    for step in steps:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
        elif step == "close":
            return False
        elif step == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        else:
            connection.sendall(step)
    return True
