#!/usr/bin/env python3
"""How soon an intention is in force at a sidecar.

    mesh_intention_times.py AGENT SIDECAR FOLDER PATIENCE

FOLDER holds the certificate of the service kong (cert.pem, cert.key). Prints JSON, in milliseconds:
{"new_ms": from the denial's answer to the first connection that is refused (0: already the first),
"running_ms": until a connection that was open is closed, "again_ms": until one is let in again}.
"""

import http.client
import json
import socket
import ssl
import sys
import time

AGENT, SIDECAR, FOLDER, PATIENCE = sys.argv[1], sys.argv[2].split(":"), sys.argv[3], float(sys.argv[4])
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE
CONTEXT.load_cert_chain(f"{FOLDER}/cert.pem", f"{FOLDER}/cert.key")
REQUEST = b"GET / HTTP/1.1\r\nHost: web\r\n\r\n"


def tell(method, path, body=None):
    connection = http.client.HTTPConnection(AGENT, timeout=PATIENCE)
    connection.request(method, path, json.dumps(body) if body else None)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{method} {path}: {response.status} {text!r}")
    return json.loads(text)


def connect():
    return CONTEXT.wrap_socket(socket.create_connection((SIDECAR[0], int(SIDECAR[1])), timeout=PATIENCE))


def is_served():
    try:
        with connect() as connection:
            connection.sendall(REQUEST)
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def how_long(wanted):
    """From now until a new connection is, or is not, served; 0 when the first one is as wanted."""
    began, tries = time.monotonic(), 0
    while is_served() != wanted:
        tries += 1
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"in vain: served is not {wanted}")
    return round(1000 * (time.monotonic() - began), 1) if tries else 0


def main():
    if not is_served():
        raise SystemExit("not served at first")
    running = connect()
    running.sendall(REQUEST)
    running.recv(65536)
    made = tell("POST", "/v1/connect/intentions", {"SourceName": "kong", "DestinationName": "web", "Action": "deny"})
    began = time.monotonic()
    try:
        while running.recv(65536):
            pass
    except OSError as error:
        if isinstance(error, TimeoutError):
            raise SystemExit("the running connection was not closed") from error
    ended = round(1000 * (time.monotonic() - began), 1)
    new = how_long(False)
    tell("DELETE", f"/v1/connect/intentions/{made['ID']}")
    print(json.dumps({"new_ms": new, "running_ms": ended, "again_ms": how_long(True)}))


main()
