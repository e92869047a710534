"""The server's end of a TLS connection whose answers can be held back (for mesh_sidecar.py).

Python's own TLS sockets send the end of the handshake at once; here it waits until the client has been
judged, as it does in proxies that judge inside the handshake.
"""

import io
import socket
import ssl


class TlsSocket(io.RawIOBase):
    def __init__(self, connection, context):
        super().__init__()
        self.socket = connection
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.hello = b""
        self.facts = {"client": "", "serial": "", "version": "", "alpn": None, "sni": None}
        # A context is shared by connections; the callback tells them apart by their object.
        context.sni_callback = lambda tls, name, _: setattr(tls, "asked_name", name)

    def handshake(self):
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush()
                self.feed(must=True)
            except ssl.SSLError:
                self.facts["version"] = self.tls.version() or ""
                self.flush()
                self.linger()
                raise
        certificate = self.tls.getpeercert()
        uris = [value for kind, value in certificate.get("subjectAltName", ()) if kind == "URI"]
        self.facts = {
            "client": uris[0] if uris else "",
            "serial": certificate["serialNumber"].lower(),
            "version": self.tls.version(),
            "alpn": self.tls.selected_alpn_protocol(),
            "sni": getattr(self.tls, "asked_name", None),
            "resumed": self.tls.session_reused,
        }

    def feed(self, must=False):
        data = self.socket.recv(65536)
        if not data:
            self.incoming.write_eof()
            if must:
                raise ConnectionError("closed within the handshake")
        if len(self.hello) < 64:
            self.hello += data
        self.incoming.write(data)

    @property
    def random(self):
        """The client's, out of its hello: five bytes of record, four of message, two of version."""
        return self.hello[11:43]

    def flush(self):
        data = self.outgoing.read()
        if data:
            self.socket.sendall(data)

    def answer_instead(self, data):
        self.outgoing.read()
        self.socket.sendall(data)

    def goodbye(self):
        try:
            self.tls.unwrap()
        except (ssl.SSLError, OSError, ValueError):
            pass  # the client's half of it is not waited for
        self.flush()

    def linger(self):
        """Ends without a reset, which could overtake what was sent."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(1)
            while self.socket.recv(65536):
                pass
        except OSError:
            pass

    # What http.server needs of a socket.

    def recv(self, size):
        while True:
            try:
                return self.tls.read(size)
            except ssl.SSLWantReadError:
                self.flush()
                self.feed()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def sendall(self, data):
        for begin in range(0, len(data), 65536):
            self.tls.write(data[begin : begin + 65536])
            self.flush()

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def makefile(self, *_):
        return io.BufferedReader(self, 65536)
