#!/usr/bin/env python3
"""A Redis that fails on demand: it stands before a real one and spoils replies.

    fake_redis.py REAL-PORT PORT-FILE MODE-FILE

MODE-FILE says what becomes of each EVALSHA and EVAL, and is read anew for each of them; a mode after
the word "each" spoils every command, so that a connection's greeting fails as well.

    pass        the real reply
    say BYTES   these instead, with Python's escapes; the real one is not asked
    also BYTES  the real reply, and these right after it
    later BYTES the real reply, and these 100 ms after it
    half        half of the real reply, then the end
    drip        the real reply, a byte every 50 ms (more where GW_SLOWNESS says so)
    close       the end, without a reply
    hang        nothing at all
    pour        a bulk string of 512 MB, as fast as it is taken
"""

import os
import socket
import socketserver
import sys
import time

REAL, PORT_FILE, MODE_FILE = int(sys.argv[1]), sys.argv[2], sys.argv[3]
DRIP_SECONDS = 0.05 * min(4, int(os.environ.get("GW_SLOWNESS", "1")))


def read_command(stream):
    """(its bytes, its name); no bytes at the end."""
    raw = line = stream.readline()
    name = b""
    for _ in range(int(line[1:] or 0)):
        size = stream.readline()
        word = stream.read(int(size[1:]) + 2)
        name = name or word.strip().upper()
        raw += size + word
    return raw, name


def read_reply(stream):
    raw = line = stream.readline()
    size = int(line[1:]) if line[:1] in (b"$", b"*") else 0
    if line[:1] == b"$" and size >= 0:
        raw += stream.read(size + 2)
    if line[:1] == b"*":
        raw += b"".join(read_reply(stream) for _ in range(size))
    return raw


def mode_for(name):
    """(mode, bytes)"""
    with open(MODE_FILE, encoding="ascii") as file:
        word, _, rest = file.read().partition(" ")
    if word == "each":
        word, _, rest = rest.partition(" ")
    elif name not in (b"EVALSHA", b"EVAL"):
        word = "pass"
    return word, rest.encode().decode("unicode_escape").encode("latin-1")


class Fake(socketserver.StreamRequestHandler):
    """One connection of the gateway, and one to the real Redis."""

    disable_nagle_algorithm = True

    def handle(self):
        with socket.create_connection(("127.0.0.1", REAL)) as real:
            self.real, self.replies = real, real.makefile("rb")
            while True:
                command, name = read_command(self.rfile)
                if not command:
                    return
                mode, given = mode_for(name)
                if getattr(self, "do_" + mode)(command, given) is False:
                    return

    def ask(self, command):
        self.real.sendall(command)
        return read_reply(self.replies)

    def do_pass(self, command, _):
        self.wfile.write(self.ask(command))

    def do_say(self, _, given):
        self.wfile.write(given)

    def do_also(self, command, given):
        self.wfile.write(self.ask(command) + given)

    def do_later(self, command, given):
        self.wfile.write(self.ask(command))
        time.sleep(0.1)
        self.wfile.write(given)

    def do_half(self, command, _):
        reply = self.ask(command)
        self.wfile.write(reply[: len(reply) // 2])
        return False

    def do_drip(self, command, _):
        for byte in self.ask(command):
            self.wfile.write(bytes([byte]))
            time.sleep(DRIP_SECONDS)

    def do_close(self, *_):
        return False

    def do_hang(self, *_):
        pass

    def do_pour(self, *_):
        self.wfile.write(b"$536870912\r\n")
        for _ in range(8192):
            self.wfile.write(b"x" * 65536)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """That the gateway goes away is what many tests are about."""


def main():
    server = Server(("127.0.0.1", 0), Fake)
    with open(PORT_FILE + ".new", "w", encoding="ascii") as file:
        file.write(str(server.server_address[1]))
    os.rename(PORT_FILE + ".new", PORT_FILE)
    server.serve_forever()


if __name__ == "__main__":
    main()
