"""Strict reading of HTTP/1.1 messages: what the suite's client and its upstream see.

Independent of the program under test on purpose, and it forgives nothing: a response that only a
tolerant client could read is a failure of whoever sent it.
"""

import re
from dataclasses import dataclass, field

STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9][0-9])(?: ([\t\x20-\x7e\x80-\xff]*))?\Z")
REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP/1\.([01])\Z")
FIELD_LINE = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*"
    rb"[\x21-\x7e\x80-\xff])?)?)[\t ]*\Z"
)
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})\Z")


class WireError(Exception):
    """The bytes are not a message."""


@dataclass
class Message:
    """A request or a response, as far as it has come."""

    start: tuple = ()
    fields: list = field(default_factory=list)
    body: bytes = b""
    complete: bool = False
    size: int = 0  # bytes of the input that it takes
    interim: list = field(default_factory=list)  # statuses of the 1xx before it

    def values(self, name):
        """The values of all lines of that name, in order."""
        wanted = name.lower().encode()
        return [v for n, v in self.fields if n.lower() == wanted]

    @property
    def status(self):
        return int(self.start[0])

    @property
    def method(self):
        return self.start[0].decode("latin-1")

    @property
    def target(self):
        return self.start[1].decode("latin-1")


def split_head(data):
    """(lines, size) of a head, or None while it is incomplete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    return data[:end].split(b"\r\n"), end + 4


def read_fields(lines):
    fields = []
    for line in lines:
        match = FIELD_LINE.match(line)
        if not match:
            raise WireError(f"field line {line[:200]!r}")
        fields.append((match[1], match[2]))
    return fields


def read_length(message):
    """Content-Length, None where there is none."""
    lengths = message.values("Content-Length")
    if len(lengths) > 1:
        raise WireError(f"Content-Length {len(lengths)} times")
    if not lengths:
        return None
    if not re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
        raise WireError(f"Content-Length {lengths[0][:100]!r}")
    return int(lengths[0])


def is_chunked(message):
    codings = message.values("Transfer-Encoding")
    if not codings:
        return False
    if len(codings) > 1 or codings[0].lower() != b"chunked":
        raise WireError(f"Transfer-Encoding {codings!r}")
    if message.values("Content-Length"):
        raise WireError("Content-Length beside Transfer-Encoding")
    return True


def read_chunked(data):
    """(body, size, complete) of a chunked body at the start of `data`."""
    body, at = b"", 0
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return body, len(data), False
        match = CHUNK_LINE.match(data[at:end])
        if not match:
            raise WireError(f"chunk line {data[at:end][:100]!r}")
        size, at = int(match[1], 16), end + 2
        if size == 0:
            return (body, *read_trailers(data, at))
        body += data[at : at + size]
        if len(data) < at + size + 2:
            return body, len(data), False
        if data[at + size : at + size + 2] != b"\r\n":
            raise WireError("chunk data without its CRLF")
        at += size + 2


def read_trailers(data, at):
    """(size, complete) once the trailer section that begins at `at` is there."""
    if data[at : at + 2] == b"\r\n":
        return at + 2, True
    end = data.find(b"\r\n\r\n", at)
    if end < 0:
        return len(data), False
    read_fields(data[at:end].split(b"\r\n"))
    return end + 4, True


def read_body(message, data, length, ended):
    """Fills in the body; `length` None is until the end of the connection."""
    if is_chunked(message):
        message.body, size, message.complete = read_chunked(data)
    elif length is None:
        message.body, size, message.complete = data, len(data), ended
    else:
        message.body, size = data[:length], min(length, len(data))
        message.complete = len(data) >= length
    message.size += size


def read_request(data):
    """The request at the start of `data`, or None while its head is incomplete."""
    head = split_head(data)
    if head is None:
        return None
    lines, size = head
    match = REQUEST_LINE.match(lines[0])
    if not match:
        raise WireError(f"request line {lines[0][:200]!r}")
    request = Message((match[1], match[2], match[3]), read_fields(lines[1:]), size=size)
    hosts = request.values("Host")
    if len(hosts) != 1 and match[3] == b"1":
        raise WireError(f"{len(hosts)} Host fields")
    read_body(request, data[size:], read_length(request) or 0, False)
    return request


def has_no_body(method, status):
    return method == "HEAD" or status in (204, 304) or status < 200


def read_response(data, method, ended):
    """The final response at the start of `data`, with the interim ones before it; None while its
    head is incomplete. `ended`: no more bytes will come."""
    interim, at = [], 0
    while True:
        head = split_head(data[at:])
        if head is None:
            return None
        lines, size = head
        match = STATUS_LINE.match(lines[0])
        if not match:
            raise WireError(f"status line {lines[0][:200]!r}")
        response = Message((match[1], match[2]), read_fields(lines[1:]), size=at + size)
        at += size
        if response.status >= 200 or response.status == 101:
            break
        interim.append(response.status)
    response.interim = interim
    finish_response(response, data[at:], method, ended)
    return response


def finish_response(response, data, method, ended):
    if response.status == 101:
        response.body, response.complete = data, True
        response.size += len(data)
        return
    length = read_length(response)
    chunked = is_chunked(response)
    if response.status == 204 and (chunked or length):
        raise WireError("204 with framing")
    if has_no_body(method, response.status):
        response.complete = True
        return
    read_body(response, data, length, ended)


def read_responses(data, methods, ended):
    """All responses in `data`, the last one perhaps incomplete. `methods` are those of the requests
    sent, in order; more responses than requests are taken as answers to GET."""
    responses, at = [], 0
    while at < len(data):
        method = methods[len(responses)] if len(responses) < len(methods) else "GET"
        response = read_response(data[at:], method, ended)
        if response is None:
            break
        responses.append(response)
        at += response.size
        if not response.complete:
            break
    return responses, data[at:]
