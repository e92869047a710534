#!/usr/bin/env python3
"""Steady load for the tests of serve: keep-alive connections that ask without pause until told to end.

    serve_load.py PORT PATH CONNECTIONS STOP-FILE

Prints {"requests", "failed", "connections", "first_failure"} at the end. A connection that the server
closes after a response, saying so, is no failure; anything else that is not a 200 is. A request whose
connection was closed before any byte of an answer is asked again once on a new connection, as
RFC 9110 section 9.2.2 has clients do.
"""

import http.client
import json
import os
import sys
import threading

# Seconds: a machine may stand still for some.
PATIENCE = 30 * int(os.environ.get("GW_SLOWNESS", "1"))
PORT, PATH, CONNECTIONS, STOP = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]


class Tally:
    """What all connections together have seen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = self.failed = self.connections = 0
        self.first_failure = None

    def count(self, failure):
        with self.lock:
            self.requests += 1
            if failure:
                self.failed += 1
                self.first_failure = self.first_failure or failure

    def connect(self):
        with self.lock:
            self.connections += 1
        return http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)


def ask(connection):
    connection.request("GET", PATH)
    response = connection.getresponse()
    response.read()
    return response


def attempt(tally, connection, is_fresh):
    """The connection to go on with, or None."""
    try:
        response = ask(connection)
    except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
        connection.close()
        if not is_fresh:
            return attempt(tally, tally.connect(), True)
        tally.count(f"{type(error).__name__}: {error}")
        return None
    except (OSError, http.client.HTTPException) as error:
        tally.count(f"{type(error).__name__}: {error}")
        connection.close()
        return None
    tally.count(None if response.status == 200 else f"status {response.status}")
    return None if response.will_close else connection


def work(tally):
    connection = None
    while not os.path.exists(STOP):
        is_fresh = connection is None
        connection = attempt(tally, connection or tally.connect(), is_fresh)
    if connection:
        connection.close()


def main():
    tally = Tally()
    threads = [threading.Thread(target=work, args=(tally,)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({name: getattr(tally, name) for name in
                      ("requests", "failed", "connections", "first_failure")}))  # fmt: skip


if __name__ == "__main__":
    main()
