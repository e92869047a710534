#!/usr/bin/env python3
"""Kept connections to several gateways that ask at once, round by round, for the tests of policy redis.

    serve_redis_exact.py CONNECTIONS PORT...

Reads lines "PATH WHO COUNT": sends COUNT requests for PATH with the header X-Who, spread over all
connections, each of which asks without pause. Answers each line with one of JSON: how many answers
of each status there were ("200": 1000), and "remaining": how many different counts those with 200 told. An
answer that never comes is counted as "lost".
"""

import asyncio
import collections
import json
import re
import sys
import time

CONNECTIONS, PORTS = int(sys.argv[1]), [int(port) for port in sys.argv[2:]]
TIMEOUT = 60
# A round is over long before that, also where a sanitizer watches.
SPARE_SECONDS = 10


class Client:
    """One connection; opened anew when it was closed."""

    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    async def ask(self, path, who):
        """(status, RateLimit-Remaining or None)"""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: a.test\r\nX-Who: {who}\r\n\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        await self.reader.readexactly(int(length[1]))
        if re.search(r"\r\nconnection: close", head, re.IGNORECASE):
            self.close()
        left = re.search(r"\r\nratelimit-remaining: (\S+)", head, re.IGNORECASE)
        return head.split(" ", 2)[1], left and left[1]

    def close(self):
        self.writer.close()
        self.writer = None

    async def ask_often(self, path, who, count, tally, told):
        for _ in range(count):
            try:
                status, left = await asyncio.wait_for(self.ask(path, who), TIMEOUT)
            except (OSError, EOFError, asyncio.TimeoutError):
                tally["lost"] += 1
                if self.writer:
                    self.close()
                continue
            tally[status] += 1
            if status == "200" and left is not None:
                told.add(left)


async def play(clients, path, who, count):
    tally, told = collections.Counter(), set()
    shares = [count // len(clients) + (n < count % len(clients)) for n in range(len(clients))]
    await asyncio.gather(
        *(client.ask_often(path, who, share, tally, told) for client, share in zip(clients, shares))
    )
    return {**tally, "remaining": len(told)}


async def main():
    clients = [Client(PORTS[n % len(PORTS)]) for n in range(CONNECTIONS)]
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        path, who, count = line.split()
        # All of a round is counted in one minute.
        left = 60 - time.time() % 60
        if left < SPARE_SECONDS:
            await asyncio.sleep(left + 0.1)
        print(json.dumps(await play(clients, path, who, int(count))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
