"""Load and what it costs: runs of wrk and of redis-benchmark, and idle connections."""

import csv
import re
import shlex
import socket
import ssl
import subprocess
import time

from servers import KEY, BenchError

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


class Run:
    """One run of wrk against one server."""

    def __init__(self, server, seconds, path=None, tls=False, close=False, cores=None):
        scheme, port = ("https", server.tls) if tls else ("http", server.port)
        url = f"{scheme}://127.0.0.1:{port}{path or server.path}"
        command = ["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-H", f"apikey: {KEY}"]
        command += ["-H", "Connection: close"] if close else []
        command = (["taskset", "-c", cores] if cores else []) + command
        before = server.cpu_seconds()
        text = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
        self.cpu = server.cpu_seconds() - before
        self.read(text)

    def read(self, text):
        self.requests = int(re.search(r"(\d+) requests in", text)[1])
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        self.refused = int(refused[1]) if refused else 0
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        self.errors = sum(map(int, errors.groups())) if errors else 0
        self.p50, self.p99 = (percentile(text, name) for name in ("50", "99"))

    @property
    def cpu_us(self):
        return self.cpu / max(1, self.requests) * 1e6


class Handshakes:
    """One run of openssl s_time: full handshakes, none of them resumed (wrk resumes sessions)."""

    def __init__(self, server, seconds, cores=None):
        command = ["openssl", "s_time", "-new", "-time", str(seconds), "-connect", f"127.0.0.1:{server.tls}"]
        command = (["taskset", "-c", cores] if cores else []) + command
        before = server.cpu_seconds()
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        self.cpu = server.cpu_seconds() - before
        self.count = int(re.search(r"(\d+) connections in \d+ real seconds", text)[1])


class RedisRun:
    """One run of redis-benchmark: the same command again and again, by as many connections as wrk has."""

    def __init__(self, redis, seconds, command, cores=None):
        words = ["redis-benchmark", "-p", str(redis.port), "-c", "64", "-n", str(50_000 * seconds), "--csv", *command]
        words = (["taskset", "-c", cores] if cores else []) + words
        before = redis.cpu_seconds()
        text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        self.cpu_us = (redis.cpu_seconds() - before) / (50_000 * seconds) * 1e6
        row = list(csv.DictReader(text.splitlines()))[-1]
        self.rate, self.p50, self.p99 = (float(row[name]) for name in ("rps", "p50_latency_ms", "p99_latency_ms"))


def asked_of_redis(redis, server):
    """The words that one request makes `server` say to `redis`, as MONITOR tells them."""
    command = ["timeout", "10", "redis-cli", "-p", str(redis.port), "MONITOR"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as monitor:
        try:
            monitor.stdout.readline()
            open_idle(server, 1, False)[0].close()
            for line in monitor.stdout:
                words = shlex.split(line.split("] ", 1)[1])
                if words[0].upper() == "EVALSHA":
                    return words
        finally:
            monitor.terminate()
    raise BenchError(f"{server.name} has not asked Redis")


def percentile(text, name):
    found = re.search(name + r"(?:\.000)?%\s+([\d.]+)(us|ms|s)", text)
    return float(found[1]) * UNITS[found[2]] * 1e3


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def open_idle(server, count, tls):
    """That many connections, each after one request."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    ask = f"GET {server.path} HTTP/1.1\r\nHost: bench.test\r\napikey: {KEY}\r\n\r\n".encode()
    connections = []
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", server.tls if tls else server.port), timeout=10)
        if tls:
            one = context.wrap_socket(one, server_hostname="bench.test")
        one.sendall(ask)
        if not one.recv(65536).startswith(b"HTTP/1.1 200"):
            raise BenchError(f"{server.name} did not answer 200")
        connections.append(one)
    return connections


def idle_bytes(server, count, tls):
    """(Rss, Pss) of one idle connection."""
    warm = open_idle(server, 100, tls)
    time.sleep(0.3)
    before = server.memory_bytes()
    idle = open_idle(server, count, tls)
    time.sleep(0.5)
    after = server.memory_bytes()
    for one in warm + idle:
        one.close()
    return tuple((new - old) / count for old, new in zip(before, after))
