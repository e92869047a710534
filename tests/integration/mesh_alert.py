"""The alert bad_certificate as a server sends it once it has seen the client's (for mesh_sidecar.py).

Python's ssl has no call that judges a client inside the handshake, so the record is made here: in clear
by TLS 1.2 (RFC 5246, 7.2), by TLS 1.3 encrypted as the first one under the server's application
traffic secret (RFC 8446, 5.2 and 7.3).
"""

import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

FATAL_BAD_CERTIFICATE = b"\x02\x2a"
CIPHERS = {
    "TLS_AES_256_GCM_SHA384": (AESGCM, 32, hashes.SHA384),
    "TLS_AES_128_GCM_SHA256": (AESGCM, 16, hashes.SHA256),
    "TLS_CHACHA20_POLY1305_SHA256": (ChaCha20Poly1305, 32, hashes.SHA256),
}


def expand(digest, secret, label, length):
    name = b"tls13 " + label
    info = struct.pack(">HB", length, len(name)) + name + b"\0"
    return HKDFExpand(algorithm=digest(), length=length, info=info).derive(secret)


def secret_of(path, random):
    with open(path, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[:2] == ["SERVER_TRAFFIC_SECRET_0", random.hex()]:
                return bytes.fromhex(words[2])
    raise LookupError("no secret of this connection in the key log")


def bad_certificate(wire, key_log):
    if wire.tls.version() == "TLSv1.2":
        return b"\x15\x03\x03\x00\x02" + FATAL_BAD_CERTIFICATE
    cipher, size, digest = CIPHERS[wire.tls.cipher()[0]]
    secret = secret_of(key_log, wire.random)
    head = struct.pack(">BHH", 0x17, 0x0303, len(FATAL_BAD_CERTIFICATE) + 1 + 16)
    # The first record's number is 0, so its nonce is the plain IV.
    nonce = expand(digest, secret, b"iv", 12)
    return head + cipher(expand(digest, secret, b"key", size)).encrypt(nonce, FATAL_BAD_CERTIFICATE + b"\x15", head)
