#!/usr/bin/env python3
"""A stand-in for a Consul 1.8 agent: its Connect CA as clients see it, and everything that can go wrong.

    fake_consul.py PORT-FILE [--port N] [--unix PATH] [--tls CERT KEY] [--client-ca FILE]
                   [--token TOKEN] [--auth USER:PASSWORD] [--state FOLDER] [--delay SECONDS] [--ttl SECONDS]

It listens on 127.0.0.1, and writes its port into PORT-FILE. With --token, leafs need that token; with
--auth all needs that password; with --state a second run has the same CA (but an index that starts
again, and no leafs). --delay is how long after a rotation watched leafs are re-issued (0.1 s).

It answers GET /v1/agent/connect/ca/roots, /v1/connect/ca/roots, /v1/agent/connect/ca/leaf/SERVICE,
/v1/agent/self and /v1/status/leader, blocks by index and wait, and is told what to do meanwhile:

    PUT /fake/rotate              a new root; watched leafs are re-issued
    PUT /fake/ttl?seconds=N       lifetime of leafs from now on; up to 600 s they are not backdated
    PUT /fake/ttl?seconds=N&renew=S  and watched ones are renewed after S seconds, whatever their lifetime
    PUT /fake/delay?seconds=N     as --delay
    PUT /fake/reissue?service=S   forgets the leaf of S, so that watchers get another
    PUT /fake/expire?service=S    the leaf of S has expired; a watcher gets another
    PUT /fake/mode?name=M         what is wrong with answers, until M is good; who is blocked gets one
    GET /fake/log                 JSON: requests since the last time (method path query token_given
                                  basic via at)
    GET /fake/key?service=S       the private key of S that was handed out last
    GET /fake/sidecar?service=S   certificate, chain and key for a stand-in of the sidecar of S, fresh
    GET /fake/ca.pem              all roots

Modes, leafs that do not verify:  wrong-key expired-leaf future-leaf other-service foreign-root
no answer, or not Consul's:       hang drop slow redirect html http-404 http-500 http-429 http-forged
                                  no-connect not-bootstrapped nul-header
bodies:                           truncated-json not-json wrong-shape deep huge no-roots newlines
                                  garbage-leaf
indexes:                          index-backwards (and nothing blocks) index-zero no-index
and:                              spin (nothing blocks)
"""

import argparse
import base64
import gzip
import http.server
import json
import os
import re
import signal
import socket
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse

from fake_consul_ca import Authority
from fake_consul_modes import AT_ONCE, BODIES, LEAFS, Spoiled, headers_of, spoil

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
LONGEST_WAIT, DEFAULT_WAIT = 600, 300


class Refused(Exception):
    """An answer that is not 200."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.text = code, text


def go_duration(text):
    parts = re.findall(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|ms|s|m|h)", text)
    if text and "".join(number + unit for number, unit in parts) != text:
        raise Refused(400, "Invalid wait time")
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def blocking_of(query):
    """(index, seconds to wait)"""
    wait = min(go_duration(query.get("wait", "")) or DEFAULT_WAIT, LONGEST_WAIT)
    if not re.fullmatch(r"\d*", query.get("index", "")):
        raise Refused(400, "Invalid index")
    return int(query.get("index") or 0), wait


class Agent:
    """What all connections share; `changed` guards it, and wakes who is blocked."""

    def __init__(self, options):
        self.changed = threading.Condition()
        self.authority = Authority(options.state)
        self.mode, self.turn, self.index = "good", 0, 20
        self.ttl, self.delay, self.token, self.auth = options.ttl, options.delay, options.token, options.auth
        self.renew_after = None
        self.leafs, self.keys, self.log = {}, {}, []
        self.backwards = 1000000
        if not self.authority.roots:
            self.authority.rotate(8)
        self.roots_index = self.authority.roots[0].index

    def next_index(self):
        self.index += 1
        return self.index

    def rotate(self):
        self.roots_index = self.next_index()
        self.authority.rotate(self.roots_index)
        for leaf in self.leafs.values():
            leaf.stale_at = time.time() + self.delay

    def set_mode(self, name):
        if {name, self.mode} & LEAFS:
            self.leafs.clear()
        if self.mode == "index-backwards":
            # Else who has seen one of those would wait for long.
            self.index = 1000000
        if {name, self.mode} & (BODIES | {"index-backwards"}):
            self.roots_index = self.next_index()
            for leaf in self.leafs.values():
                leaf.index = self.next_index()
        self.mode = name
        self.turn += 1

    def issue(self, key, mode=None):
        leaf = self.authority.issue_badly(key[0], self.ttl, mode or self.mode)
        leaf.index = self.next_index()
        if self.renew_after:
            leaf.renew_at = leaf.issued_at + self.renew_after
        self.leafs[key] = leaf
        return leaf

    def reissue(self, service):
        self.leafs = {key: leaf for key, leaf in self.leafs.items() if key[0] != service}

    def expire(self, service):
        for key in [key for key in self.leafs if key[0] == service] or [(service, self.token or "")]:
            self.issue(key, "expired-leaf")

    def renewed(self, key):
        """The leaf for somebody who waits, and when to look again."""
        leaf, now = self.leafs.get(key), time.time()
        if leaf is None:
            return self.issue(key), now
        # An expired one is what that mode is about.
        due = now + DEFAULT_WAIT if self.mode == "expired-leaf" else leaf.renew_at
        due = min(due, leaf.stale_at or due)
        return (leaf, due) if now < due else (self.issue(key), now)

    def blocked(self, index, wait, look):
        """look() gives (value, its index, when it changes by itself)."""
        turn, end = self.turn, time.time() + wait
        while True:
            value, current, due = look()
            now = time.time()
            if index < current or now >= end or turn != self.turn or self.mode in AT_ONCE:
                return value
            self.changed.wait(max(0.001, min(end, due) - now))

    def roots(self, query):
        index, wait = blocking_of(query)
        if index > 0:
            self.blocked(index, wait, lambda: (None, self.roots_index, time.time() + wait))
        return self.authority.roots_json(), self.roots_index, {}

    def leaf(self, service, token, query):
        if self.token is not None and token != self.token:
            raise Refused(403, "ACL not found" if token else "Permission denied")
        index, wait = blocking_of(query)
        key = (service, token or "")
        leaf = self.leafs.get(key)
        state = {"X-Cache": "HIT", "Age": str(int(time.time() - leaf.issued_at))} if leaf else {"X-Cache": "MISS"}
        if index > 0:
            def look():
                cached = self.leafs.get(key)
                if cached and index < cached.index:
                    return cached, cached.index, 0
                found, due = self.renewed(key)
                return found, found.index, due
            leaf, state = self.blocked(index, wait, look), {"X-Cache": "MISS"}
        leaf = leaf or self.issue(key)
        self.keys[service] = leaf.key
        return leaf.as_json(), leaf.index, state


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    agent = None

    def setup(self):
        self.disable_nagle_algorithm = self.request.family != socket.AF_UNIX
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def log_message(self, *_):
        pass

    def address_string(self):
        return ""

    def send(self, code, body, kind, headers=()):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Vary", "Accept-Encoding")
        for name, value in dict(headers).items():
            self.send_header(name, value)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def token_given(self, query):
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        bearer = value if scheme.lower() == "bearer" else ""
        return query.get("token") or self.headers.get("X-Consul-Token") or bearer

    def basic(self):
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        return base64.b64decode(value).decode("latin-1") if scheme.lower() == "basic" else None

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path.startswith("/fake/"):
            self.control(url.path[6:], query)
            return
        with self.agent.changed:
            self.agent.log.append({
                "method": self.command, "path": url.path, "query": url.query, "basic": self.basic(),
                "token_given": bool(self.token_given(query)), "at": time.time(),
                "via": "unix" if isinstance(self.client_address, str) else "tcp"})
        try:
            self.answer(url.path, query)
        except Refused as refused:
            self.send(refused.code, refused.text, "text/plain; charset=utf-8")
        except Spoiled:
            self.close_connection = True

    do_PUT = do_POST = do_DELETE = do_GET

    def answer(self, path, query):
        agent = self.agent
        if agent.auth and self.basic() != agent.auth:
            raise Refused(401, "Unauthorized")
        # Redirects lead to good answers, so that it shows when they are followed.
        path, redirected = re.sub("^/redirected/", "/", path), path.startswith("/redirected/")
        if query.get("dc", "dc1") != "dc1":
            raise Refused(500, "No path to datacenter")
        if "ns" in query:
            raise Refused(400, 'Bad request: Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature')
        with agent.changed:
            body, index, headers = self.good(path, query)
            mode = "good" if redirected else agent.mode
        if mode == "good":
            self.send(200, json.dumps(body, indent=4) + "\n", "application/json", {"X-Consul-Index": index, **headers})
        else:
            spoil(self, mode, path, body, headers_of(agent, mode, index, headers))

    def good(self, path, query):
        """(body, index, headers) of what an agent would say; blocks."""
        agent = self.agent
        if path in ("/v1/agent/connect/ca/roots", "/v1/connect/ca/roots"):
            return *agent.roots(query)[:2], {"X-Consul-Knownleader": "false", "X-Consul-Lastcontact": "0"}
        if path.startswith("/v1/agent/connect/ca/leaf/"):
            service = urllib.parse.unquote(path.removeprefix("/v1/agent/connect/ca/leaf/"))
            if not service:
                raise Refused(500, "URI must be either service or agent")
            return agent.leaf(service, self.token_given(query), query)
        if path == "/v1/agent/self":
            return {"Config": {"Datacenter": "dc1", "NodeName": "fake", "Server": True, "Version": "1.8.7"}}, 1, {}
        if path == "/v1/status/leader":
            return "127.0.0.1:8300", 1, {}
        raise Refused(404, "")

    def control(self, what, query):
        agent, service = self.agent, query.get("service", "")
        text, kind = "", "text/plain"
        with agent.changed:
            if what == "rotate":
                agent.rotate()
            elif what == "ttl":
                agent.ttl, agent.renew_after = int(query["seconds"]), float(query.get("renew", 0))
            elif what == "delay":
                agent.delay = float(query["seconds"])
            elif what in ("reissue", "expire"):
                getattr(agent, what)(service)
            elif what == "mode":
                agent.set_mode(query["name"])
            elif what == "log":
                text, kind, agent.log = json.dumps(agent.log), "application/json", []
            elif what == "key":
                text = agent.keys.get(service, "")
            elif what == "sidecar":
                leaf = agent.authority.issue(service, agent.ttl)
                text = leaf.chain + leaf.key
            elif what == "ca.pem":
                text = agent.authority.bundle()
            else:
                kind = ""
            agent.changed.notify_all()
        self.send(200 if kind else 404, text, kind or "text/plain")


class Server(socketserver.ThreadingTCPServer):
    """On TCP, with TLS or without."""

    daemon_threads = allow_reuse_address = True
    request_queue_size = 256

    def handle_error(self, *_):
        """That clients go away is what many tests are about."""


class UnixServer(Server):
    """The same on a socket in the file system."""

    address_family = socket.AF_UNIX

    def server_bind(self):
        if os.path.exists(self.server_address):
            os.unlink(self.server_address)
        super().server_bind()


def with_tls(server, options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options.tls)
    if options.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(options.client_ca)
    # Each connection shakes hands in its own thread.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)


def read_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file")
    for name in ("token", "auth", "unix", "state", "client-ca"):
        parser.add_argument("--" + name)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--ttl", type=int, default=72 * 3600)
    return parser.parse_args()


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Handler.agent = Agent(options)
    server = Server(("127.0.0.1", options.port), Handler)
    if options.tls:
        with_tls(server, options)
    if options.unix:
        threading.Thread(target=UnixServer(options.unix, Handler).serve_forever, daemon=True).start()
    with open(options.port_file + ".new", "w", encoding="ascii") as file:
        file.write(str(server.server_address[1]))
    os.rename(options.port_file + ".new", options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
