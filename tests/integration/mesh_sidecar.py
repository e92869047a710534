#!/usr/bin/env python3
"""The sidecar of a service in a Connect mesh, as its peers meet it: mutual TLS before a small service.

    mesh_sidecar.py PORT-FILE --consul PORT --service NAME [--tls 1.2|1.3] [--denied FILE]
                    [--refuse alert|close|reset] [--alpn h2] [--certificate FILE]

Serves on a free port of 127.0.0.1; PORT-FILE gets it, PORT-FILE.control that of the control server.
Its leaf comes from fake_consul.py (/fake/sidecar), or from FILE (certificates, leaf first, and key).
A client's certificate must chain to the agent's roots, which are asked for at each connection; while
the agent is away the last ones are used. Its first URI must be of a service that FILE of --denied does
not list (a name a line, read at each connection). How the refusal looks:

    alert       bad_certificate inside the handshake, as the built-in proxy does it: by TLS 1.2 the
                client's handshake fails, by TLS 1.3 the client believes that it has succeeded
    close, reset  after the handshake, without a word, as Envoy does it

--alpn h2 picks HTTP/2 where the client offers it, and answers it with garbage.

/stream?ms=N answers in pieces, one each 100 ms, for that long; anything else tells as JSON whom it
serves. With last=1 in the query the connection ends after the answer. Control, by plain HTTP:

    PUT /refresh  a new leaf, for connections from now on
    GET /seen     every handshake so far: {"outcome", "client", "serial", "version", "alpn", "sni"}
    GET /asked    the number of requests that have come to the service
"""

import argparse
import hashlib
import json
import os
import signal
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from mesh_alert import bad_certificate
from mesh_wire import TlsSocket

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Identity:
    """What the sidecar shows and whom it trusts: a context that is made anew when either changes."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.keys = os.path.join(folder, "keys.log")
        self.lock = threading.Lock()
        self.roots = self.context = None
        self.leaf = ""
        self.refresh()

    def fetch(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.options.consul}{path}", timeout=30) as answer:
            return answer.read().decode()

    def refresh(self):
        if self.options.certificate:
            with open(self.options.certificate, encoding="ascii") as file:
                leaf = file.read()
        else:
            leaf = self.fetch(f"/fake/sidecar?service={self.options.service}")
        with self.lock:
            self.leaf, self.roots = leaf, None

    def current(self):
        try:
            roots = self.fetch("/fake/ca.pem")
        except OSError:
            roots = None
        with self.lock:
            if roots and roots != self.roots:
                self.context, self.roots = self.make(roots), roots
            # A session taken up by TLS 1.2 hears no alert in clear.
            judges = self.options.tls == "1.2" and self.options.refuse == "alert" and self.denied()
            return self.make(self.roots) if judges else self.context

    def denied(self):
        try:
            with open(self.options.denied or "", encoding="ascii") as file:
                return file.read().split()
        except FileNotFoundError:
            return []

    def make(self, roots):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = VERSIONS[self.options.tls]
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=roots)
        context.keylog_filename = self.keys
        if self.options.alpn:
            context.set_alpn_protocols([self.options.alpn, "http/1.1"])
        descriptor, path = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self.leaf)
        context.load_cert_chain(path)
        os.remove(path)
        return context


class Service(BaseHTTPRequestHandler):
    """Behind the sidecar: tells whom it serves."""

    protocol_version = "HTTP/1.1"
    served = 0

    def log_message(self, *_):
        pass

    def handle(self):
        if self.connection.facts["alpn"] == "h2":
            self.connection.recv(24)
            self.connection.sendall(b"this is no HTTP/2\r\n")
        else:
            super().handle()

    def blocks(self):
        chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
        left = 0 if chunked else int(self.headers.get("Content-Length", 0))
        while chunked:
            size = int(self.rfile.readline(), 16)
            yield self.rfile.read(size)
            self.rfile.readline()
            chunked = size > 0
        while left:
            data = self.rfile.read(min(left, 65536))
            if not data:
                return
            left -= len(data)
            yield data

    def answer(self):
        self.served += 1
        self.server.count()
        digest, size = hashlib.sha256(), 0
        for data in self.blocks():
            digest.update(data)
            size += len(data)
        url = urlsplit(self.path)
        asked = parse_qs(url.query)
        self.close_connection = self.close_connection or "last" in asked
        text = json.dumps(self.connection.facts | {
            "service": self.server.options.service, "method": self.command, "served": self.served,
            "handshakes": len(self.server.seen), "body": {"size": size, "sha256": digest.hexdigest()},
        }).encode()  # fmt: skip
        if url.path.endswith("/stream"):
            self.stream(int(asked["ms"][0]), text)
        else:
            self.begin(("Content-Length", str(len(text))))
            self.wfile.write(text)

    do_GET = do_POST = do_PUT = answer

    def begin(self, framing):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header(*framing)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def stream(self, milliseconds, text):
        self.begin(("Transfer-Encoding", "chunked"))
        for _ in range(milliseconds // 100):
            self.wfile.write(b"2\r\n \n\r\n")
            time.sleep(0.1)
        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(text), text))


class Sidecar(ThreadingHTTPServer):
    """Shakes hands, judges the client, and lets those through to the service whom it may."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, options, identity):
        super().__init__(("127.0.0.1", 0), Service)
        self.options = options
        self.identity = identity
        self.lock = threading.Lock()
        self.seen = []
        self.asked = 0

    def count(self):
        with self.lock:
            self.asked += 1

    def note(self, outcome, facts):
        with self.lock:
            self.seen.append({"outcome": outcome} | facts)

    def finish_request(self, request, client_address):
        request.settimeout(60)
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = TlsSocket(request, self.identity.current())
        try:
            wire.handshake()
        except (OSError, ssl.SSLError) as error:
            self.note("failed", wire.facts | {"error": str(error)})
            return
        if wire.facts["client"].rpartition("/svc/")[2] in self.identity.denied():
            self.note("denied", wire.facts)
            self.refuse(wire)
            return
        self.note("ok", wire.facts)
        wire.flush()
        Service(wire, client_address, self)
        wire.goodbye()

    def refuse(self, wire):
        if self.options.refuse == "alert":
            wire.answer_instead(bad_certificate(wire, self.identity.keys))
        else:
            wire.flush()
        if self.options.refuse == "reset":
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            wire.linger()

    def handle_error(self, *_):
        """A client that goes away is what many tests are about."""


class Control(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def reply(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self):
        try:
            self.server.sidecar.identity.refresh()
            self.reply(200, "refreshed\n")
        except OSError as error:
            self.reply(502, f"{error}\n")

    def do_GET(self):
        sidecar = self.server.sidecar
        with sidecar.lock:
            said = sidecar.asked if self.path == "/asked" else sidecar.seen
            self.reply(200, json.dumps(said) + "\n")


def publish(path, port):
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(str(port))
    os.rename(path + ".new", path)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file")
    parser.add_argument("--consul", required=True, type=int)
    parser.add_argument("--service", required=True)
    parser.add_argument("--tls", choices=VERSIONS, default="1.3")
    parser.add_argument("--denied")
    parser.add_argument("--refuse", choices=("alert", "close", "reset"), default="alert")
    parser.add_argument("--alpn", choices=("h2",))
    parser.add_argument("--certificate")
    return parser.parse_args()


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="sidecar.", dir=".") as folder:
        sidecar = Sidecar(options, Identity(options, folder))
        control = ThreadingHTTPServer(("127.0.0.1", 0), Control)
        control.daemon_threads = True
        control.sidecar = sidecar
        threading.Thread(target=control.serve_forever, daemon=True).start()
        publish(options.port_file + ".control", control.server_address[1])
        publish(options.port_file, sidecar.server_address[1])
        sidecar.serve_forever()


if __name__ == "__main__":
    main()
