"""The ledger's paths have one home."""

import re
from pathlib import Path

import goodterms

_BUILT = re.compile(r"ledger/\{[^}]*\}/|/ledger/\{")


def test_no_other_module_builds_a_path_of_the_ledger() -> None:
    root = Path(str(goodterms.__file__)).parent
    builders = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if _BUILT.search(path.read_text())
    }
    assert builders == set()
