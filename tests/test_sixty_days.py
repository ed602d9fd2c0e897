"""Sixty days of daily use: nothing waits unseen, and no page hides a dispute."""
from pathlib import Path
import time
import pytest
from tests.diary import begin

def test_x(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    d = begin(tmp_path, capsys, monkeypatch)
    t=time.time()
    out=[]
    for day in d.days():
        out.append(f"== {day} {time.time()-t:.1f}\n{d.said}")
        Path("/tmp/diary.log").write_text("".join(out))
