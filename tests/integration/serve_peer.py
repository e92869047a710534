#!/usr/bin/env python3
"""An upstream for the tests of serve: tells what it was sent, and fails when asked to.

    serve_peer.py PORT-FILE

/hang never answers, /reset resets, /close says nothing and closes, /half?size=N announces N bytes
and resets after half of them, /big?size=N sends N bytes, /slow?ms=N answers late; all else echoes the
request as JSON. One thread a connection.
"""

import hashlib
import json
import os
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

BLOCK = b"0123456789abcdef" * 4096


class Peer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    served = 0

    def setup(self):
        super().setup()
        self.served = 0

    def log_message(self, *_):
        pass

    def chunks(self):
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            data = self.rfile.read(size)
            self.rfile.readline()
            if not size:
                return
            yield data

    def blocks(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            yield from self.chunks()
            return
        left = int(self.headers.get("Content-Length", 0))
        while left:
            data = self.rfile.read(min(left, 65536))
            if not data:
                return
            left -= len(data)
            yield data

    def read_body(self):
        digest, size, begin = hashlib.sha256(), 0, b""
        for data in self.blocks():
            digest.update(data)
            size += len(data)
            begin = (begin + data)[:200]
        return {"size": size, "sha256": digest.hexdigest(), "begin": begin.decode("latin-1")}

    def answer(self):
        self.served += 1
        body = self.read_body()
        url = urlsplit(self.path)
        asked = parse_qs(url.query)
        act = getattr(self, "act_" + url.path.rsplit("/", 1)[-1], None)
        if act:
            act(int(asked.get("size", asked.get("ms", ["0"]))[0]))
        else:
            self.echo(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def echo(self, body):
        fields = {}
        for name, value in self.headers.items():
            fields.setdefault(name.lower(), []).append(value)
        text = json.dumps(
            {
                "method": self.command,
                "target": self.path,
                "version": self.request_version,
                "headers": fields,
                "body": body,
                "served": self.served,
                "connection": self.client_address[1],
            }
        ).encode()
        self.send(len(text), "application/json")
        if self.command != "HEAD":
            self.wfile.write(text)

    def send(self, size, kind="application/octet-stream"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def act_hang(self, _):
        self.rfile.read(1)
        self.close_connection = True

    def act_close(self, _):
        self.close_connection = True

    def act_reset(self, _):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def act_half(self, size):
        self.send(size)
        self.wfile.write((BLOCK * (size // len(BLOCK) + 1))[: size // 2])
        self.wfile.flush()
        time.sleep(0.2)
        self.act_reset(0)

    def act_big(self, size):
        self.send(size)
        while size > 0:
            self.wfile.write(BLOCK[:size])
            size -= len(BLOCK)

    def act_slow(self, milliseconds):
        time.sleep(milliseconds / 1000)
        self.echo({})


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """A client that goes away is what many tests are about."""


def main():
    server = Server(("127.0.0.1", 0), Peer)
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write(str(server.server_address[1]))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    threading.current_thread().name = "accept"
    server.serve_forever()


if __name__ == "__main__":
    main()
