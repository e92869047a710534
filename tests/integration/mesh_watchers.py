#!/usr/bin/env python3
"""Many connections that wait for one change of an agent.

    mesh_watchers.py HOST PORT COUNT PATIENCE [PATH]

Each asks for what changes next of PATH (intentions); when all are blocked, an intention is made. Prints
JSON: {"watchers", "answered", "first_ms", "slowest_ms", "bytes"}; 1 unless all were answered.
"""

import asyncio
import json
import sys
import time

HOST, PORT, COUNT, PATIENCE = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
PATH = sys.argv[5] if len(sys.argv) > 5 else "/v1/connect/intentions"


async def ask(method, path, body=b""):
    """(headers, body), on a connection of its own."""
    reader, writer = await asyncio.open_connection(HOST, PORT)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: agent\r\nContent-Length: {len(body)}\r\n"
                 "Connection: close\r\n\r\n".encode() + body)
    head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    lines = head.decode().split("\r\n")
    if " 200 " not in lines[0]:
        raise ConnectionError(lines[0] or "no answer")
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}, rest


async def watch(index, answered):
    _, body = await ask("GET", f"{PATH}?index={index}&wait=9m")
    answered.append((time.monotonic(), len(body)))


async def main():
    headers, _ = await ask("GET", PATH)
    index = headers["x-consul-index"]
    answered = []
    tasks = [asyncio.create_task(watch(index, answered)) for _ in range(COUNT)]
    # Blocked are those that have been read: an agent that has just answered something else has done so.
    await asyncio.sleep(1)
    for _ in range(3):
        await ask("GET", "/v1/status/leader")
        await asyncio.sleep(0.2)
    early = len(answered)
    body = json.dumps({"SourceName": f"watched-{index}", "DestinationName": "web", "Action": "deny"}).encode()
    began = time.monotonic()
    await ask("POST", "/v1/connect/intentions", body)
    _, pending = await asyncio.wait(tasks, timeout=PATIENCE)
    for task in pending:
        task.cancel()
    times = sorted(1000 * (at - began) for at, _ in answered)
    failures = [str(task.exception()) for task in tasks if task.done() and not task.cancelled() and task.exception()]
    print(json.dumps({"watchers": COUNT, "answered": len(answered), "early": early,
                      "first_ms": round(times[0], 1) if times else None,
                      "slowest_ms": round(times[-1], 1) if times else None,
                      "bytes": sum(size for _, size in answered), "failures": failures[:3]}))
    return len(answered) == COUNT and early == 0


sys.exit(0 if asyncio.run(main()) else 1)
