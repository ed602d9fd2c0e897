"""Run the server: ``python -m tests.support.github_server --origin DIR --port N``."""

import argparse
import sys
import time
from pathlib import Path

from tests.support.github_server.forge import Forge


def main() -> None:
    """Serve until interrupted; say first what a workflow's environment would be."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.github_server")
    parser.add_argument("--origin", type=Path, required=True, metavar="DIR")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--repository", default="linden/ledger", metavar="OWNER/NAME")
    asked = parser.parse_args()
    owner, _, name = asked.repository.partition("/")
    forge = Forge(asked.origin, owner, name, asked.port)
    told = [f"{key}={value}" for key, value in forge.env().items()]
    sys.stdout.write("\n".join([*told, f"REMOTE={forge.remote()}", ""]))
    sys.stdout.flush()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        forge.stop()


if __name__ == "__main__":
    main()
