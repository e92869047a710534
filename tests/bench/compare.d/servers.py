"""The contestants: each is started once, with one worker, and gives its ports and its CPU time."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEYS = 1000
KEY = "bench-key-0500"


class BenchError(Exception):
    """A contestant cannot take part."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def yaml_config(upstream, routes, tls, policy):
    """Two services with the same two plugins: one whose limit nobody meets, one that refuses."""
    limit = "{name: rate-limiting, config: {minute: %d, policy: " + policy + "}}"
    lines = ['_format_version: "3.0"', "services:"]
    for name, minute in (("bench", 1_000_000_000), ("refused", 1)):
        lines += [f"- name: {name}", f"  url: http://127.0.0.1:{upstream}"]
        lines += ["  plugins:", "  - name: key-auth", "  - " + limit % minute, "  routes:"]
        paths = ["/refused"] if name == "refused" else [f"/api/{n}" for n in range(routes)]
        lines += [f"  - {{name: {name}-{n}, paths: [{path}]}}" for n, path in enumerate(paths)]
    lines.append("consumers:")
    for n in range(KEYS):
        lines += [f"- username: consumer-{n:04}", f"  keyauth_credentials: [{{key: bench-key-{n:04}}}]"]
    lines += ["certificates:", "- snis: [{name: bench.test}]"]
    for name, text in zip(("cert", "key"), tls):
        lines += [f"  {name}: |", *("    " + line for line in text.splitlines())]
    return "\n".join(lines) + "\n"


class Server:
    """A process with its directory; `path` is what a client asks for."""

    def __init__(self, name, top, command, template=None, upstream=0, path="/api/0", routes=10,
                 policy="local"):  # fmt: skip
        self.name, self.path = name, path
        self.directory = Path(top) / name.replace(" ", "-")
        self.directory.mkdir()
        self.port, self.tls = free_port(), free_port()
        self.words = {"dir": self.directory, "port": self.port, "tls": self.tls, "upstream": upstream,
                      "gatewayctl": os.environ.get("GATEWAYCTL", "gatewayctl")}  # fmt: skip
        for file in ("tls.crt", "tls.key", "tls.pem"):
            shutil.copy(Path(top) / file, self.directory)
        self.write_keys()
        self.write_config(template, upstream, routes, policy)
        self.start(command)

    def write_keys(self):
        rows = [(f"bench-key-{n:04}", f"consumer-{n:04}") for n in range(KEYS)]
        for file, form in (("keys.map", "{} {};\n"), ("keys.txt", "{} {}\n"), ("keys.caddy", "{} {}\n")):
            (self.directory / file).write_text("".join(form.format(*row) for row in rows))

    def write_config(self, template, upstream, routes, policy):
        if template == "kong.yml":
            tls = [(self.directory / file).read_text() for file in ("tls.crt", "tls.key")]
            (self.directory / template).write_text(yaml_config(upstream, routes, tls, policy))
            shutil.copy(HERE / "gatewayctl.conf", self.directory)
        elif template:
            text = (HERE / template).read_text()
            for word, value in self.words.items():
                text = text.replace("{{" + word + "}}", str(value))
            (self.directory / template).write_text(text)

    def start(self, command):
        with open(self.directory / "log", "wb") as log:
            self.process = subprocess.Popen(
                [word.format(**self.words) for word in command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                env={**os.environ, "HOME": str(self.directory), "GOMAXPROCS": "1"},
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.is_ready(command):
                return
            time.sleep(0.05)
        log = (self.directory / "log").read_text(errors="replace")
        self.stop()
        raise BenchError(f"{self.name} did not come up: {log[-1500:]}")

    def is_ready(self, command):
        ready = self.directory / "ready.json"
        if "{dir}/ready.json" in command:
            if not ready.exists():
                return False
            ports = [int(place.split()[0].rsplit(":", 1)[1]) for place in json.loads(ready.read_text())["proxy"]]
            self.port, self.tls = ports
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def cpu_seconds(self):
        """Of all threads; schedstat counts nanoseconds, stat only ticks."""
        total = 0.0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            schedstat = task / "schedstat"
            if schedstat.exists():
                total += int(schedstat.read_text().split()[0]) / 1e9
            else:
                fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total

    def memory_bytes(self):
        """(Rss, Pss)"""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        found = dict(line.split(":") for line in rollup.splitlines()[1:])
        return tuple(int(found[name].split()[0]) * 1024 for name in ("Rss", "Pss"))

    def pin(self, cores):
        subprocess.run(["taskset", "-apc", cores, str(self.process.pid)], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


NGINX = ["nginx", "-p", "{dir}", "-e", "{dir}/error.log", "-c"]
SERVE = ["{gatewayctl}", "serve", "-c", "{dir}/kong.yml", "--kong-conf", "{dir}/gatewayctl.conf",
         "--workers", "1", "--proxy-listen", "127.0.0.1:0", "--proxy-listen", "127.0.0.1:0 ssl",
         "--admin-listen", "off", "--access-log", "off", "--ready-file", "{dir}/ready.json"]  # fmt: skip

# name -> (template, command)
CONTESTANTS = {
    "nginx": ("nginx.conf", [*NGINX, "{dir}/nginx.conf"]),
    "haproxy": ("haproxy.cfg", ["haproxy", "-db", "-f", "{dir}/haproxy.cfg"]),
    "nginx+lua": ("nginx-lua.conf", [*NGINX, "{dir}/nginx-lua.conf"]),
    "caddy": ("Caddyfile", ["caddy", "run", "--adapter", "caddyfile", "--config", "{dir}/Caddyfile"]),
    "gatewayctl": ("kong.yml", SERVE),
    "floor": (None, ["{dir}/../shovel", "{port}", "{upstream}"]),
}


def make_certificate(top):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
         "2", "-subj", "/CN=bench.test", "-keyout", "tls.key", "-out", "tls.crt"],
        cwd=top, check=True, capture_output=True,
    )  # fmt: skip
    text = (Path(top) / "tls.crt").read_text() + (Path(top) / "tls.key").read_text()
    (Path(top) / "tls.pem").write_text(text)


def compile_floor(top):
    subprocess.run(["cc", "-O2", "-o", f"{top}/shovel", HERE / "shovel.c"], check=True)


def start_upstream(top):
    return Server("upstream", top, [*NGINX, "{dir}/upstream.conf"], "upstream.conf")


def start_redis(top):
    command = ["redis-server", "--bind", "127.0.0.1", "--port", "{port}", "--save", "", "--appendonly", "no"]
    return Server("redis", top, [*command, "--dir", "{dir}"])


def start(name, top, upstream, **more):
    template, command = CONTESTANTS[name.split(" ")[0]]
    return Server(name, top, command, template, upstream.port, **more)
