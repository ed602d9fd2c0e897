"""The reason that a push is told for a refused branch, put into GitHub's words.

Git reports a hook's refusal as ``pre-receive hook declined``; GitHub says what
declined it. Clients show and read that word, so the report is written anew.
"""

from collections.abc import Iterator

_FLUSH = b"0000"
_SIDEBAND = 1
_MOST = 60_000


def reworded(report: bytes, old: bytes, new: bytes) -> bytes:
    """Replace the reason in the report of a push; other bands stay as they are."""
    told = b""
    out = []
    for packet in _packets(report):
        if packet[:1] == bytes([_SIDEBAND]):
            told += packet[1:]
        elif packet:
            out.append(_packet(packet))
    if not told:
        return report
    inner = b"".join(
        _packet(line.replace(old, new)) if line else _FLUSH for line in _packets(told)
    )
    pieces = [inner[at : at + _MOST] for at in range(0, len(inner), _MOST)]
    out += [_packet(bytes([_SIDEBAND]) + piece) for piece in pieces]
    return b"".join([*out, _FLUSH])


def _packets(stream: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(stream):
        size = int(stream[at : at + 4], 16)
        yield stream[at + 4 : at + max(size, 4)]
        at += max(size, 4)


def _packet(content: bytes) -> bytes:
    return b"%04x" % (len(content) + 4) + content
