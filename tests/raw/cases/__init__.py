"""The cases, one module a subject; each has a list CASES."""

from cases import bounds, bytes_of_lines, framing, hops, mutations, origins, targets

ALL = [
    case
    for module in (framing, bytes_of_lines, targets, hops, mutations, bounds, origins)
    for case in module.CASES
]
