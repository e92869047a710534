#!/usr/bin/env python3
"""Looks at the files of `certs fetch` as fast as it can, and tells what must never be seen.

    certs_look.py READY-FILE FOLDER...

A key that others may read; a certificate and a key that do not belong together; a certificate that
ca.crt does not vouch for, or that has expired. On SIGTERM it writes each once, and how often it looked.
"""

import os
import signal
import stat
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fake_consul_ca import moment_of, rfc3339

PUBLIC = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
END = b"-----END CERTIFICATE-----\n"
found = {}
known = {}


def report(what):
    found.setdefault(what, time.time())


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def look_at_modes(folder):
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            try:
                mode = os.lstat(path).st_mode
            except OSError:
                continue
            if not stat.S_ISREG(mode) or not mode & 0o077:
                continue
            if b"PRIVATE KEY" in (read(path) or b""):
                report(f"{name} has a key and mode {stat.S_IMODE(mode):o}")


def certificates(pem):
    return [x509.load_pem_x509_certificate(one + END) for one in pem.split(END) if one.strip()]


def signed(root, leaf):
    try:
        root.public_key().verify(leaf.signature, leaf.tbs_certificate_bytes, ec.ECDSA(leaf.signature_hash_algorithm))
        return True
    except Exception:
        return False


def judge(ca, cert, key):
    """(what is wrong with what has been read, when it expires)"""
    wrong = []
    leaf = certificates(cert)[0]
    if key is not None:
        mine = serialization.load_pem_private_key(key, None).public_key()
        if mine.public_bytes(*PUBLIC) != leaf.public_key().public_bytes(*PUBLIC):
            wrong.append("cert.pem and cert.key do not belong together")
    if ca is not None and not any(signed(root, leaf) for root in certificates(ca)):
        wrong.append("ca.crt does not vouch for cert.pem")
    return wrong, moment_of(leaf, "after")


def look_at_files(folder):
    names = [os.path.join(folder, name) for name in ("ca.crt", "cert.pem", "cert.key")]
    now = rfc3339(time.time())
    texts = [read(name) for name in names]
    # What is the same twice in a row was there all at once in between.
    if texts[1] is None or texts != [read(name) for name in names]:
        return
    if tuple(texts) not in known:
        try:
            known[tuple(texts)] = judge(*texts)
        except (ValueError, IndexError) as error:
            known[tuple(texts)] = [f"not readable: {error}"], "9"
    wrong, expires = known[tuple(texts)]
    for what in wrong:
        report(what)
    if expires <= now:
        report(f"cert.pem has expired at {expires}")


def finish(looks):
    for what, when in found.items():
        print(f"{what} (at {when:.3f})")
    print(f"looked {looks} times at {len(known)} states")
    sys.exit(0)


def main():
    state = {"ends": False}
    signal.signal(signal.SIGTERM, lambda *_: state.update(ends=True))
    with open(sys.argv[1], "w", encoding="ascii"):
        pass
    looks = 0
    while not state["ends"]:
        for folder in sys.argv[2:]:
            look_at_modes(folder)
            look_at_files(folder)
        looks += 1
        time.sleep(0.0005)
    finish(looks)


if __name__ == "__main__":
    main()
