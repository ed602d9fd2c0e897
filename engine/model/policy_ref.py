"""The name of a policy in one version."""

from typing import NamedTuple


class PolicyRef(NamedTuple):
    """A policy in one version, written ``standard@3``; a tuple, for it is a key."""

    name: str
    version: int

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"
