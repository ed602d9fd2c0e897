"""The engine as a wheel: what a repository of a user's own installs, by hash.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import hashlib
import io
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import goodterms
from goodterms import __version__
from goodterms.workspace.bundled_files import SHIPPED, shipped_files

_INFO = f"goodterms-{__version__}.dist-info"
_WHEEL = """\
Wheel-Version: 1.0
Generator: goodterms
Root-Is-Purelib: true
Tag: py3-none-any
"""

#: The earliest time that a zip file can name: equal content gives equal bytes.
_THEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class BuiltWheel:
    """A file that pip installs, and its name."""

    name: str
    data: bytes

    @property
    def requirement(self) -> str:
        """The line for pip that installs it from its own folder, and nothing else."""
        return f"./{self.name} --hash=sha256:{hashlib.sha256(self.data).hexdigest()}"


def own_wheel() -> BuiltWheel:
    """Pack the engine that runs now: its modules, what it ships, and its metadata."""
    files = dict(sorted([*_modules(), *_shipped(), *_metadata()]))
    record = f"{_INFO}/RECORD"
    lines = [_recorded(name, data) for name, data in files.items()]
    text = "".join(f"{line}\n" for line in (*lines, f"{record},,"))
    return BuiltWheel(
        f"goodterms-{__version__}-py3-none-any.whl",
        _zipped({**files, record: text.encode()}),
    )


def _modules() -> Iterator[tuple[str, bytes]]:
    root = Path(goodterms.__file__).parent
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root)
        hidden = {"__pycache__", "shipped"} & set(name.parts[:-1])
        if file.is_file() and not hidden:
            yield f"goodterms/{name.as_posix()}", file.read_bytes()


def _shipped() -> Iterator[tuple[str, bytes]]:
    for name, data in shipped_files(*SHIPPED):
        yield f"goodterms/shipped/{name}", data


def _metadata() -> Iterator[tuple[str, bytes]]:
    installed = distribution("goodterms")
    yield f"{_INFO}/WHEEL", _WHEEL.encode()
    for name in ("METADATA", "entry_points.txt", "licenses/LICENSE"):
        text = installed.read_text(name)
        if text is not None:
            yield f"{_INFO}/{name}", text.encode()


def _recorded(name: str, data: bytes) -> str:
    digest = urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _THEN)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
