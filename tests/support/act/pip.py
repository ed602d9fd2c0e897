"""Stands before pip in a workflow's Python: what it has installed once is there."""

import os
import subprocess
import sys
from pathlib import Path

done = Path(os.environ["ACT_TOOLS"], "installed")
asked = f"{[Path(arg).name for arg in sys.argv[1:]]}\n"
if not (done.exists() and asked in done.read_text()):
    pip = [os.environ["ACT_PYTHON"], "-m", "pip", "--python", sys.executable]
    subprocess.run([*pip, *sys.argv[1:]], check=True)
    with done.open("a") as file:
        file.write(asked)
