"""A lane is one gateway process with an upstream of its own, so that whatever arrives upstream
belongs to the one case that the lane plays."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from rawsuite.upstream import Upstream

TEMPLATES = Path(__file__).resolve().parent.parent / "targets"

# For each target: the template, and the command; {dir} holds the rendered template as {config}.
TARGETS = {
    "nginx": ("nginx.conf", ["nginx", "-p", "{dir}", "-e", "{dir}/error.log", "-c", "{config}"]),
    "haproxy": ("haproxy.cfg", ["haproxy", "-db", "-f", "{config}"]),
    "caddy": ("Caddyfile", ["caddy", "run", "--adapter", "caddyfile", "--config", "{config}"]),
    "gatewayctl": (
        "gatewayctl.yml",
        ["{gatewayctl}", "serve", "-c", "{config}", "--kong-conf", "{dir}/kong.conf", "--workers",
         "1", "--proxy-listen", "127.0.0.1:0", "--admin-listen", "off", "--ready-file",
         "{dir}/ready.json", "--access-log", "off"],
    ),
}  # fmt: skip


class LaneError(Exception):
    """The gateway did not come up."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lane:
    """Starts on construction; close() ends it."""

    def __init__(self, target, directory):
        self.target = target
        self.directory = Path(directory)
        self.directory.mkdir(parents=True)
        self.upstream = Upstream()
        self.process = None
        self.start()

    def start(self):
        template, command = TARGETS[self.target]
        self.port = free_port()
        words = {
            "dir": self.directory,
            "config": self.directory / template,
            "port": self.port,
            "upstream": self.upstream.port,
            "dead": free_port(),
            "gatewayctl": os.environ.get("GATEWAYCTL", "gatewayctl"),
        }
        for name in {template} | ({"kong.conf"} if self.target == "gatewayctl" else set()):
            text = (TEMPLATES / name).read_text()
            for word, value in words.items():
                text = text.replace("{{" + word + "}}", str(value))
            (self.directory / name).write_text(text)
        (self.directory / "ready.json").unlink(missing_ok=True)
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen(
                [word.format(**words) for word in command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "HOME": str(self.directory)},
            )  # fmt: skip
        self.wait()

    def wait(self):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and self.is_alive():
            if self.is_ready():
                return
            time.sleep(0.02)
        log = (self.directory / "log").read_text(errors="replace")
        raise LaneError(f"{self.target} did not come up:\n{log[-2000:]}")

    def is_ready(self):
        if self.target == "gatewayctl":
            ready = self.directory / "ready.json"
            if not ready.exists():
                return False
            self.port = int(json.loads(ready.read_text())["proxy"][0].rsplit(":", 1)[1])
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def is_alive(self):
        return self.process.poll() is None

    def close(self):
        if self.is_alive():
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.upstream.listener.close()
        shutil.rmtree(self.directory, ignore_errors=True)
