"""What a plan is measured against: ``baseline.py bytes|CSafeLoader ROOT``.

Reads the files of a ledger one after the other, and with CSafeLoader makes
values of them as well; keeps nothing.
"""

import os
import sys
from collections.abc import Iterator
from io import FileIO


def files(root: str) -> Iterator[str]:
    """List the files of a ledger, in order."""
    for folder, inner, names in os.walk(f"{root}/ledger"):
        inner.sort()
        yield from (f"{folder}/{name}" for name in sorted(names))


def contents(root: str) -> Iterator[bytes]:
    """Read every file of a ledger."""
    for path in files(root):
        with FileIO(path) as file:
            yield file.readall()


def read_bytes(root: str) -> None:
    """Read, and do no more."""
    for _ in contents(root):
        pass


def read_values(root: str) -> None:
    """Read with PyYAML's fastest loader."""
    import yaml  # noqa: PLC0415 - reading bytes needs none of it

    for data in contents(root):
        list(yaml.load_all(data, yaml.CSafeLoader))


if __name__ == "__main__":
    {"bytes": read_bytes, "CSafeLoader": read_values}[sys.argv[1]](sys.argv[2])
