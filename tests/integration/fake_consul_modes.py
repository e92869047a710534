"""What fake_consul.py says when something is wrong; its header has the list of modes."""

import json
import time

LEAFS = frozenset("wrong-key expired-leaf future-leaf other-service foreign-root".split())
# Answers that a watcher sees only if their index is new.
BODIES = frozenset("truncated-json not-json wrong-shape deep huge no-roots newlines garbage-leaf".split())
TEXTS = {
    "http-404": (404, ""),
    "http-500": (500, "rpc error getting client: failed to get conn"),
    "http-429": (429, "Rate limit reached, try again later"),
    "http-forged": (500, "first\r\ntime=2026-01-01T00:00:00Z level=info event=forged\x1b[31m\0last"),
    "no-connect": (500, "Connect must be enabled in order to use this endpoint"),
    "not-bootstrapped": (500, "cluster has no CA bootstrapped yet"),
}
# Where nothing blocks.
AT_ONCE = frozenset([*TEXTS, *"spin index-backwards hang drop redirect html nul-header huge".split()])
GARBAGE = "-----BEGIN CERTIFICATE-----\nMIIB%s\r\nlevel=info event=forged\r\n-----END CERTIFICATE-----\n"
DEPTH = 100000


class Spoiled(Exception):
    """The connection ends here."""


def headers_of(agent, mode, index, headers):
    if mode == "no-index":
        return headers
    if mode == "index-zero":
        index = 0
    if mode == "index-backwards":
        with agent.changed:
            agent.backwards -= 1
            index = agent.backwards
    return {"X-Consul-Index": index, **headers}


def raw(handler, head, body=b""):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + head + b"\r\n\r\n" + body)


def wrong_shape(body):
    changed = {name: value for name, value in body.items() if name != "CertPEM"}
    return {**changed, "Roots": "none"} if "Roots" in body else changed


def garbled(body, middle):
    garbage = GARBAGE % middle
    if "Roots" in body:
        return {**body, "Roots": [{**root, "RootCert": garbage} for root in body["Roots"]]}
    return {**body, "CertPEM": garbage}


def body_of(mode, good):
    """The spoiled text of an answer with status 200."""
    text = json.dumps(good, indent=4)
    if mode == "truncated-json":
        return text[: len(text) // 2]
    if mode == "not-json":
        return "upstream connect error or disconnect/reset before headers"
    if mode == "deep":
        return '{"Roots": ' + "[" * DEPTH + "]" * DEPTH + ', "CertPEM": ' + "[" * DEPTH + "]" * DEPTH + "}"
    if mode == "no-roots" and "Roots" in good:
        return json.dumps({**good, "ActiveRootID": "", "Roots": []})
    if mode == "wrong-shape":
        return json.dumps(wrong_shape(good))
    if mode == "newlines":
        return json.dumps(garbled(good, "\0\x1b[31m"))
    if mode == "garbage-leaf" and "CertPEM" in good:
        return json.dumps(garbled(good, ""))
    return text + "\n"


def hang(handler):
    agent = handler.agent
    with agent.changed:
        agent.changed.wait_for(lambda: agent.mode != "hang")
    raise Spoiled


def pour(handler):
    raw(handler, b"Transfer-Encoding: chunked", b'c\r\n{"CertPEM":"\r\n')
    while True:
        handler.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def spoil(handler, mode, path, good, headers):
    """Answers for `path`, whose good body is given."""
    if mode == "hang":
        hang(handler)
    if mode == "drop":
        raise Spoiled
    if mode == "slow":
        time.sleep(1)
    if mode == "huge":
        pour(handler)
    if mode in TEXTS:
        code, text = TEXTS[mode]
        handler.send(code, text, "text/plain; charset=utf-8")
    elif mode == "redirect":
        host = handler.headers.get("Host", "127.0.0.1")
        handler.send(301, "", "text/html", {"Location": f"http://{host}/redirected{path}"})
    elif mode == "html":
        handler.send(200, "<!DOCTYPE html><html><body>Please log in</body></html>", "text/html")
    elif mode == "nul-header":
        raw(handler, b"X-Consul-Index: 9\0\r\nX-Note: a\0b\r\nContent-Length: 2", b"{}")
    else:
        if mode == "newlines":
            headers = {**headers, "X-Note": "folded\r\n level=info event=forged"}
        handler.send(200, body_of(mode, good), "application/json", headers)
