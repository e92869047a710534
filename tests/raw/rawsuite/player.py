"""Plays a case against one lane (a gateway with an upstream of its own) and judges it."""

import re

from rawsuite import wire
from rawsuite.case import request
from rawsuite.client import Client
from rawsuite.upstream import PROBE

PROBE_REQUEST = request(b"GET " + PROBE.encode() + b" HTTP/1.1")


class Verdict:
    """What went wrong in a case, and what was on the wire."""

    def __init__(self, case):
        self.case = case
        self.failures = []
        self.received = b""
        self.seen = []

    def fail(self, text):
        self.failures.append(text)


def play(case, lane):
    verdict = Verdict(case)
    lane.upstream.begin(case.script)
    if case.prime:
        probe(lane, verdict, "the request before it")
    with Client(lane.port, case.methods) as client:
        client.play(case.send, case.patience)
        finish(case, client, verdict)
    verdict.received = client.received
    probe(lane, verdict, "the next request")
    with lane.upstream.lock:
        verdict.seen = list(lane.upstream.requests)
        violations = list(lane.upstream.violations)
        connections = len(lane.upstream.used)
    verdict.failures += violations
    judge_upstream(case, verdict, connections)
    return verdict


def probe(lane, verdict, what):
    """A plain request on a connection of its own: whatever a case did, others are served."""
    try:
        with Client(lane.port) as client:
            client.pump(PROBE_REQUEST, 5, lambda: client.has(1))
            found, _ = client.responses()
    except (OSError, wire.WireError) as error:
        verdict.fail(f"{what} failed: {error}")
        return
    if not found or not is_probe(found[0]):
        verdict.fail(f"{what} was answered {client.received[:200]!r}")


def is_probe(response):
    return response.status == 200 and response.values("X-Target") == [PROBE.encode()]


def finish(case, client, verdict):
    """Reads what is due and a little more, so that what is not due is noticed."""
    count = len(case.answers)
    client.pump(b"", case.patience, lambda: client.has(count))
    if case.closes or case.truncated:
        client.pump(b"", 2.5)
    elif case.closes is None:
        client.pump(b"", 0.1)
    try:
        responses, rest = client.responses()
        judge(case, client, responses, rest, verdict)
    except wire.WireError as error:
        verdict.fail(f"not a response: {error}")


def judge(case, client, responses, rest, verdict):
    if case.silent and not responses and client.ended:
        return
    if len(responses) != len(case.answers):
        verdict.fail(f"{len(responses)} responses where {len(case.answers)} are due")
        return
    if rest and not case.truncated:
        verdict.fail(f"bytes after the last response: {rest[:100]!r}")
    if case.truncated and responses and is_whole_502(responses[-1]):
        return
    for response, allowed in zip(responses, case.answers):
        if response.status not in allowed:
            verdict.fail(f"answered {response.status}, right is {' or '.join(map(str, allowed))}")
    if responses:
        judge_last(case, client, responses[-1], verdict)
    if not verdict.failures:
        judge_end(case, client, len(responses), verdict)


def judge_last(case, client, last, verdict):
    if last.complete == case.truncated and not (case.truncated and is_cut(client, last)):
        verdict.fail("the response looks whole" if last.complete else "the response is cut short")
    if case.answer_body is not None and last.body != case.answer_body:
        verdict.fail(f"the response's body is {last.body[:200]!r}")
    if case.tunnel is not None and last.body != case.tunnel:
        verdict.fail(f"through the tunnel came {last.body[:200]!r}")
    if case.interim is not None and tuple(last.interim) != case.interim:
        verdict.fail(f"interim responses {last.interim}, right is {list(case.interim)}")
    for line in case.answer_has:
        name, _, value = line.partition(":")
        if value.strip().encode() not in last.values(name):
            verdict.fail(f"the response lacks {line!r}")
    for name in case.answer_lacks:
        if last.values(name):
            verdict.fail(f"the response has {name}: {last.values(name)!r}")


def is_whole_502(response):
    """Where nothing was passed on yet, saying that the upstream failed is right as well."""
    return response.complete and response.status == 502


def is_cut(client, last):
    """A body until the end of the connection can only be cut by a reset."""
    until_close = not last.values("Content-Length") and not last.values("Transfer-Encoding")
    return until_close and client.was_reset


def judge_end(case, client, count, verdict):
    if (case.closes or case.truncated) and not client.ended:
        verdict.fail("the connection is still open")
    if case.closes is False:
        client.pump(PROBE_REQUEST, 3, lambda: client.has(count + 1))
        responses, _ = client.responses()
        if len(responses) != count + 1 or not is_probe(responses[-1]):
            verdict.fail("the connection does not serve the next request")


def judge_upstream(case, verdict, connections):
    seen = [f"{r.method} {r.target}" for r in verdict.seen]
    if case.seen is not None and seen != list(case.seen) and not case.retries:
        verdict.fail(f"the upstream saw {seen}, right is {list(case.seen)}")
    if case.connections is not None and connections > case.connections:
        verdict.fail(f"{connections} upstream connections, at most {case.connections} are due")
    answered = len(re.findall(rb"HTTP/1\.[01] [2-9]", verdict.received)) + (
        b"HTTP/1.1 101" in verdict.received
    )
    if len(seen) > answered and not case.retries:
        verdict.fail(f"{len(seen)} requests upstream, {answered} responses downstream: {seen}")
    if verdict.seen:
        judge_forwarded(case, verdict.seen[-1], verdict)


def judge_forwarded(case, forwarded, verdict):
    if case.body is not None and forwarded.body != case.body:
        verdict.fail(f"the upstream saw the body {forwarded.body[:200]!r}")
    for line in case.passes:
        name, _, value = line.partition(b":")
        if value.strip() not in forwarded.values(name.decode()):
            verdict.fail(f"the upstream did not see {line!r}")
    for name in case.drops:
        if forwarded.values(name):
            verdict.fail(f"the upstream saw {name}: {forwarded.values(name)!r}")
