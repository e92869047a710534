#!/usr/bin/env python3
"""A WebSocket conversation through a gateway: serve_websocket.py GATEWAY-PORT UPSTREAM-PORT

The server, of the standard library only, echoes data frames and answers pings and closes
(RFC 6455); the client is Debian's python3-websocket.
"""

import base64
import hashlib
import os
import socketserver
import struct
import sys
import threading
import time

import websocket

GATEWAY, UPSTREAM = int(sys.argv[1]), int(sys.argv[2])
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PING, PONG, CLOSE = 9, 10, 8
seen = []


def accept_value(key):
    return base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode()


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        fields = self.read_head()
        if fields.get(b"upgrade", b"").lower() != b"websocket":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nplain")
            return
        reply = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_value(fields[b'sec-websocket-key'])}\r\n"
        )
        if b"sec-websocket-protocol" in fields:
            reply += "Sec-WebSocket-Protocol: chat\r\n"
        self.wfile.write(reply.encode() + b"\r\n")
        while self.echo_frame():
            pass

    def read_head(self):
        fields = {}
        self.rfile.readline()
        while (line := self.rfile.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            fields[name.lower()] = value.strip()
        seen.append(fields)
        return fields

    def echo_frame(self):
        begin = self.rfile.read(2)
        if len(begin) < 2:
            return False
        size = begin[1] & 127
        if size >= 126:
            form = ">H" if size == 126 else ">Q"
            (size,) = struct.unpack(form, self.rfile.read(struct.calcsize(form)))
        mask = self.rfile.read(4)
        data = self.rfile.read(size)
        keyed = int.from_bytes(data, "big") ^ int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        self.send_frame(begin[0], keyed.to_bytes(size, "big"))
        return begin[0] & 15 != CLOSE

    def send_frame(self, first, data):
        if first & 15 == PING:
            first = 0x80 | PONG
        size = len(data)
        if size < 126:
            head = bytes([first, size])
        elif size < 65536:
            head = bytes([first, 126]) + struct.pack(">H", size)
        else:
            head = bytes([first, 127]) + struct.pack(">Q", size)
        self.wfile.write(head + data)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def connect(path, **more):
    return websocket.create_connection(f"ws://127.0.0.1:{GATEWAY}{path}", timeout=15, **more)


def check(what, condition):
    if not condition:
        sys.exit(f"failed: {what}")


def echoes():
    client = connect("/open/chat", subprotocols=["chat"])
    check("the subprotocol passes", client.getsubprotocol() == "chat")
    for size in (0, 1, 125, 126, 65535, 65536, 1_000_000):
        data = os.urandom(size)
        client.send_binary(data)
        check(f"{size} bytes come back", client.recv() == data)
    client.send("text")
    check("text comes back", client.recv() == "text")
    client.ping(b"hello")
    check("a pong comes back", client.recv_data(control_frame=True)[0] == PONG)
    client.close()
    check("the upgrade is forwarded", seen[-1][b"connection"].lower() in (b"upgrade", b"keep-alive, upgrade"))


def outlives_the_read_timeout():
    """Kong's read_timeout is between two bytes, of a tunnel as well."""
    client = connect("/open/slow")
    for n in range(4):
        time.sleep(0.8)
        client.send(str(n))
        check("a tunnel lives while it is used", client.recv() == str(n))
    client.close()


def needs_a_key():
    try:
        connect("/keyed")
        check("no upgrade without a key", False)
    except websocket.WebSocketBadStatusException as error:
        check("401 without a key", error.status_code == 401)
    client = connect("/keyed", header={"apikey": "alice-key"})
    client.send("in")
    check("with a key", client.recv() == "in")
    check("the consumer is named", seen[-1][b"x-consumer-username"] == b"alice")
    client.close()


def many_at_once():
    clients = [connect("/open/many") for _ in range(50)]
    for n, client in enumerate(clients):
        client.send(str(n))
    for n, client in enumerate(clients):
        check("each has its own", client.recv() == str(n))
    for client in clients:
        client.sock.close()  # without a word


def main():
    server = Server(("127.0.0.1", UPSTREAM), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for part in (echoes, outlives_the_read_timeout, needs_a_key, many_at_once):
        part()
    print("all is well")


if __name__ == "__main__":
    main()
