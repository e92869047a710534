#!/usr/bin/env python3
"""Stands before a Redis and passes on what is said, and notes how each connection begins.

    redis_tap.py REAL-PORT PORT-FILE NOTES-FILE

NOTES-FILE gets a line a connection: the first byte that the client sends, in hexadecimal.
"""

import os
import socket
import sys
import threading

REAL, PORT_FILE, NOTES_FILE = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def pump(source, sink, noted):
    try:
        while data := source.recv(65536):
            if not noted:
                noted = True
                with open(NOTES_FILE, "a", encoding="ascii") as file:
                    file.write(f"{data[0]:02x}\n")
            sink.sendall(data)
    except OSError:
        pass
    for one in (source, sink):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
with open(PORT_FILE + ".new", "w", encoding="ascii") as port_file:
    port_file.write(str(listener.getsockname()[1]))
os.rename(PORT_FILE + ".new", PORT_FILE)
while True:
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", REAL))
    threading.Thread(target=pump, args=(client, server, False), daemon=True).start()
    threading.Thread(target=pump, args=(server, client, True), daemon=True).start()
