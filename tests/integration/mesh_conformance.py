#!/usr/bin/env python3
"""Sends one sequence of requests (mesh_requests.py) to a Consul agent, and says what came back.

    mesh_conformance.py ADDRESS ACL-ADDRESS KEY-FILE record FILE      writes the answers
    mesh_conformance.py ADDRESS ACL-ADDRESS KEY-FILE compare FILE     against such answers; 1 when they differ

ADDRESS is an agent without ACLs, ACL-ADDRESS one whose policy is to deny and whose master token is
mesh_requests.MASTER. KEY-FILE holds an EC private key that becomes the CA's. What may differ between two
agents (ids, times, indexes, certificates) is replaced by its name in angle brackets, so that answers can
be compared to the byte. --slowness N stretches what is waited for; --only TEXT shows one exchange.
"""

import argparse
import gzip
import http.client
import json
import re
import sys
import threading
import time

import mesh_requests

# Framing is the server's own affair.
IGNORED = {"Content-Length", "Transfer-Encoding", "Connection"}
SHAPES = [
    (r"-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----", r"<pem \1>"),
    (r"-----BEGIN ([A-Z ]+)-----\\n(?:[A-Za-z0-9+/=]|\\n)+-----END \1-----", r"<pem \1>"),
    (r"\b(?:[0-9a-f]{2}:){31}[0-9a-f]{2}\b", "<32 bytes>"),
    (r"\b(?:[0-9a-f]{2}:){19}[0-9a-f]{2}\b", "<20 bytes>"),
    (r'("SerialNumber": ?)"[0-9a-f:]+"', r'\1"<serial>"'),
    (r'("SerialNumber": ?)\d+', r"\1<serial>"),
    (r'("Hash": ?)"[A-Za-z0-9+/]{20,}={0,2}"', r'\1"<hash>"'),
    (r'("ContentHash": ?)"[0-9a-f]{1,16}"', r'\1"<hash>"'),
    (r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>"),
    (r"(?!0001-01-01)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "<time to the nanosecond>"),
    (r"(?!0001-01-01)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>"),
    # A probe's words come when they come, and name the system's error.
    (r'("Output": ?)"dial tcp[^"]*"', r'\1""'),
]
# A node is written twice when an agent starts, and at any time the first time.
NODE = re.compile(r'("consul-network-segment": ""\s*},\s*"CreateIndex": )\d+(,\s*"ModifyIndex": )\d+')
PAIR = re.compile(r'("CreateIndex": ?)(\d+)(,\s*"ModifyIndex": ?)(\d+)')


def with_names(text, names):
    for name, value in names.items():
        text = text.replace(f"<{name}>", value)
    return text


def without_values(text, names):
    for name, value in sorted(names.items(), key=lambda item: -len(item[1])):
        if not value.isdigit():
            text = text.replace(value, f"<{name}>")
        elif "port" in name:
            text = re.sub(rf"\b{value}\b", f"<{name}>", text)
    return text


def indexes(text, compared):
    def named(match):
        if not compared:
            return f"{match[1]}<index>{match[3]}<index>"
        created, modified = int(match[2]), int(match[4])
        relation = "same" if modified == created else "later" if modified > created else "EARLIER"
        return f"{match[1]}<index>{match[3]}<{relation}>"

    return PAIR.sub(named, NODE.sub(r"\1<index>\2<index>", text))


def active_first(text):
    """Roots come in the order of their ids, which is any."""
    if '"Roots": [' not in text:
        return text
    body = json.loads(text)
    if [root["Active"] for root in body["Roots"]] != [False, True]:
        return text
    body["Roots"].reverse()
    return json.dumps(body, indent=4) + "\n"


def in_order(value):
    """What Go takes out of a map has no order."""
    if isinstance(value, list):
        return sorted((in_order(one) for one in value), key=json.dumps)
    return {key: in_order(one) for key, one in value.items()} if isinstance(value, dict) else value


class Conversation:
    """With one agent."""

    def __init__(self, address, names, slowness):
        self.address, self.names, self.slowness = address, names, slowness
        self.last_index, self.held = {}, {}
        self.node_address = "127.0.0.1"

    def send(self, request, timeout=20):
        """(status, headers, body, seconds)"""
        path = with_names(request.path, self.names)
        last = self.last_index.get(self.key(request), (0, ""))
        path = path.replace("<last>", str(last[0])).replace("<lasthash>", last[1])
        body = request.body
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if body is not None:
            body = with_names(body, self.names).encode() if isinstance(body, str) else body
        connection = http.client.HTTPConnection(self.address, timeout=timeout * self.slowness)
        began = time.monotonic()
        try:
            connection.putrequest(request.method, path, skip_accept_encoding=True)
            for name, value in request.headers.items():
                connection.putheader(name, with_names(value, self.names))
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            payload = response.read()
        finally:
            connection.close()
        headers = response.getheaders()
        if ("Content-Encoding", "gzip") in headers:
            payload = gzip.decompress(payload)
        return response.status, headers, payload.decode("utf-8", "replace"), time.monotonic() - began

    @staticmethod
    def key(request):
        """An index is compared with the one that the same question had before."""
        return request.of or request.path.partition("?")[0]

    def answer(self, request):
        deadline = time.monotonic() + 20 * self.slowness
        while True:
            status, headers, body, took = self.send(request)
            if request.until is None or request.until in body or time.monotonic() > deadline:
                return status, headers, body, took
            time.sleep(0.05)

    def normal(self, request, status, headers, body, took):
        said = {}
        for name, value in headers:
            if name not in IGNORED:
                said[name] = self.header(request, name, value)
        for name, path in request.save.items():
            try:
                value = json.loads(body)
                for step in path:
                    value = value[step]
                self.names[name] = str(value)
            except (ValueError, KeyError, IndexError, TypeError) as error:
                self.names.setdefault(name, f"nothing-to-save-{name}")
                said["!"] = f"cannot save {name}: {type(error).__name__}"
        body = active_first(body)
        if request.path.startswith(("/v1/catalog/services", "/v1/agent/health/")) and body[:1] in ("{", "["):
            body = json.dumps(in_order(json.loads(body)), indent=4)
        # What is JSON for some is refused to others as text.
        if request.pick and body.startswith("{"):
            value = json.loads(body)
            body = json.dumps({key: value.get(key, "absent") for key in request.pick}, indent=4)
        if request.keys_only and body[:1] in ("{", "["):
            body = json.dumps(list(json.loads(body)))
        body = indexes(without_values(body.replace(self.node_address, "127.0.0.1"), self.names), request.index)
        for pattern, name in SHAPES:
            body = re.sub(pattern, name, body)
        result = {"request": f"{request.method} {request.path}", "status": status,
                  "headers": dict(sorted(said.items())), "body": body}
        if request.title:
            result["title"] = request.title
        if request.waits is not None:
            low, high = request.waits
            fits = low <= took <= high + 5 * self.slowness
            result["waited"] = True if fits else f"{took:.3f} s instead of {low} to {high}"
        return result

    def header(self, request, name, value):
        low = name.lower()
        if low == "date":
            return "<date>" if re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", value) else value
        if low == "age":
            return "<age>" if value.isdigit() else value
        if low == "x-consul-contenthash":
            key = self.key(request)
            before = self.last_index.get(key, (0, ""))
            self.last_index[key] = (before[0], value)
            return "<hash>" if not before[1] else "<same hash>" if before[1] == value else "<another hash>"
        if low != "x-consul-index":
            return without_values(value, self.names)
        key, now = self.key(request), int(value)
        before, digest = self.last_index.get(key, (None, ""))
        self.last_index[key] = (now, digest)
        if not request.index or before is None:
            return "<index>"
        return "<same>" if now == before else "<later>" if now > before else "<EARLIER>"

    def waiting(self):
        """How many requests are blocked; None where the agent does not tell, as a real one."""
        connection = http.client.HTTPConnection(self.address, timeout=20 * self.slowness)
        try:
            connection.request("GET", "/v1/gatewayctl/status", headers={"X-Gatewayctl": "mesh"})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return json.loads(body)["waiting"] if response.status == 200 else None

    def hold(self, request):
        """A request that stays open while others are sent."""
        box = []
        before = self.waiting()
        thread = threading.Thread(target=lambda: box.append(self.send(request, 60)), daemon=True)
        thread.start()
        self.held[request.held] = (thread, box, request)
        if before is None:
            # It is under way when the agent has had time to read it.
            time.sleep(0.3 * min(self.slowness, 4))
            return
        deadline = time.monotonic() + 20 * self.slowness
        while self.waiting() <= before and not box and time.monotonic() < deadline:
            time.sleep(0.02)

    def join(self, name):
        thread, box, request = self.held.pop(name)
        thread.join(60 * self.slowness)
        if not box:
            return {"request": f"{request.method} {request.path}", "status": "no answer"}
        return self.normal(request, *box[0])

    def play(self, requests):
        answers = []
        for request in requests:
            if request.held and request.method == "JOIN":
                answers.append(self.join(request.held))
            elif request.held:
                self.hold(request)
            elif request.pause:
                time.sleep(request.pause * min(self.slowness, 4))
            else:
                try:
                    answer = self.answer(request)
                except (OSError, http.client.HTTPException) as error:
                    answers.append({"request": f"{request.method} {request.path}", "status": repr(error)})
                    continue
                if not request.quiet:
                    answers.append(self.normal(request, *answer))
                else:
                    self.normal(request, *answer)
        return answers

    def get(self, path, token=""):
        headers = {"X-Consul-Token": token} if token else {}
        return json.loads(self.send(mesh_requests.Request("GET", path, headers=headers))[2])

    def empty(self, token=""):
        """As a new dev agent is: without services, intentions, keys."""
        headers = {"X-Consul-Token": token} if token else {}

        def tell(method, path):
            self.send(mesh_requests.Request(method, path, headers=headers))

        for intention in self.get("/v1/connect/intentions", token):
            tell("DELETE", f"/v1/connect/intentions/{intention['ID']}")
        for service in self.get("/v1/agent/services", token):
            tell("PUT", f"/v1/agent/service/deregister/{service}")
        tell("DELETE", "/v1/kv/?recurse")

    def learn(self, token=""):
        """What is this agent's own: its node, and its trust domain."""
        config = self.get("/v1/agent/self", token)["Config"]
        roots = self.get("/v1/connect/ca/roots")
        server = self.get("/v1/status/leader")
        self.names.update({"node": config["NodeName"], "node id": config["NodeID"],
                           "trust": roots["TrustDomain"].removesuffix(".consul")})
        self.names.update({"short trust": self.names["trust"][:8], "server's port": server.rpartition(":")[2]})
        # It has them in its cache from now on.
        self.get("/v1/agent/connect/ca/roots")
        for member in self.get("/v1/agent/members", token):
            self.node_address = member["Addr"]
            self.names.update({"serf port": str(member["Port"]), "wan port": member["Tags"]["wan_join_port"]})


def converse(options):
    with open(options.key_file, encoding="ascii") as file:
        key = file.read()
    plain = Conversation(options.address, {}, options.slowness)
    plain.learn()
    plain.empty()
    answers = plain.play(mesh_requests.plain(key))
    guarded = Conversation(options.acl_address, dict(mesh_requests.TOKENS), options.slowness)
    guarded.learn(mesh_requests.MASTER)
    guarded.empty(mesh_requests.MASTER)
    mesh_requests.make_tokens(guarded)
    answers += guarded.play(mesh_requests.guarded())
    return answers


def shown(answer):
    head = "".join(f"    {name}: {value}\n" for name, value in answer.get("headers", {}).items())
    return f"    {answer['status']} {answer.get('waited', '')}\n{head}    {answer.get('body')!r}\n"


def compare(wanted, got, only):
    differences, meant = 0, 0
    for number in range(max(len(wanted), len(got))):
        want = wanted[number] if number < len(wanted) else {"request": "nothing", "status": None}
        have = got[number] if number < len(got) else {"request": "nothing", "status": None}
        title = want.get("title") or want["request"]
        if only and only in want["request"]:
            print(f"{number}: {want['request']}\n  wanted\n{shown(want)}  got\n{shown(have)}")
        if want == have:
            continue
        if title in mesh_requests.MEANT:
            meant += 1
            continue
        differences += 1
        print(f"DIFFERS {number}: {want['request']} ({want.get('title', '')})")
        for part in ("request", "status", "waited", "body"):
            if want.get(part) != have.get(part):
                pair = [repr(side.get(part)) for side in (want, have)]
                same = next((at for at, both in enumerate(zip(*pair)) if both[0] != both[1]), min(map(len, pair)))
                cut = slice(max(0, same - 100), same + 300)
                print(f"  {part}, from character {same}\n    wanted {pair[0][cut]}\n    got    {pair[1][cut]}")
        names = sorted(set(want.get("headers", {})) | set(have.get("headers", {})))
        for name in names:
            pair = [side.get("headers", {}).get(name) for side in (want, have)]
            if pair[0] != pair[1]:
                print(f"  {name}: wanted {pair[0]!r}, got {pair[1]!r}")
    print(f"{len(wanted)} exchanges, {differences} differ, {meant} differ as is meant")
    return differences == 0 and len(wanted) == len(got)


def packed(answers):
    """Texts and heads that come again and again are kept once."""
    known, lines = {}, []
    for answer in answers:
        answer = dict(answer)
        for part in ("headers", "body"):
            if part in answer:
                answer[part] = known.setdefault(json.dumps(answer[part], sort_keys=True), len(known))
        lines.append(json.dumps(answer))
    return '{"parts": [\n' + ",\n".join(known) + '\n], "answers": [\n' + ",\n".join(lines) + "\n]}\n"


def unpacked(text):
    recording = json.loads(text)
    parts = recording["parts"]
    return [{key: parts[value] if key in ("headers", "body") else value for key, value in answer.items()}
            for answer in recording["answers"]]


def main():
    parser = argparse.ArgumentParser()
    for name in ("address", "acl_address", "key_file", "job", "file"):
        parser.add_argument(name)
    parser.add_argument("--slowness", type=float, default=1)
    parser.add_argument("--only")
    options = parser.parse_args()
    answers = converse(options)
    if options.job == "record":
        with open(options.file, "w", encoding="utf-8") as file:
            file.write(packed(answers))
        print(f"{len(answers)} exchanges recorded")
        return
    with open(options.file, encoding="utf-8") as file:
        wanted = unpacked(file.read())
    sys.exit(0 if compare(wanted, answers, options.only) else 1)


if __name__ == "__main__":
    main()
