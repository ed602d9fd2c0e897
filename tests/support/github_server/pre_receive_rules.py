"""What the repository refuses before a push lands, and in which words."""

from collections.abc import Mapping
from pathlib import Path

from tests.support.github_server.server_state import World
from tests.support.github_server.state import Token

#: What git calls the refusal of a hook, and what GitHub calls each of its own.
DECLINED = b"pre-receive hook declined"
REASONS = {
    "ruleset": b"push declined due to repository rule violations",
    "classic": b"protected branch hook declined",
    "workflow": b"refusing to allow a GitHub App to create or update workflow without "
    b"`workflows` permission",
}

_HOOK = """\
#!/bin/sh
# Refuse direct changes of a guarded branch, and workflow files from apps.
while read -r old new ref; do
  if [ -n "$FORGE_GUARDED" ] && [ "$ref" = "refs/heads/$FORGE_GUARDED" ]; then
    cat "$FORGE_WORDS" >&2
    exit 1
  fi
  if [ -n "$FORGE_NO_WORKFLOWS" ] && [ "${new#0000000000}" = "$new" ]; then
    against=$(git rev-parse -q --verify refs/heads/main) || continue
    [ "${old#0000000000}" = "$old" ] && against=$old
    if ! git diff --quiet "$against" "$new" -- .github/workflows; then
      exit 1
    fi
  fi
done
"""


def install(path: Path) -> None:
    """Put the hook into a bare repository."""
    file = path / "hooks" / "pre-receive"
    file.parent.mkdir(exist_ok=True)
    file.write_text(_HOOK)
    file.chmod(0o755)


def environment(world: World, token: Token, web: str) -> Mapping[str, str]:
    """Tell the hook who pushes and what is guarded."""
    guard = world.rules.protection
    told: dict[str, str] = {}
    if guard and token.login not in guard.bypass:
        words = world.bare.path / "refusal"
        words.write_text(_words(guard.kind, guard.branch, f"{web}/{world.full_name}"))
        told |= {"FORGE_GUARDED": guard.branch, "FORGE_WORDS": str(words)}
    given = token.permissions
    if given is not None and given.get("workflows") != "write":
        told["FORGE_NO_WORKFLOWS"] = "1"
    return told


def _words(kind: str, branch: str, page: str) -> str:
    why = "Changes must be made through a pull request."
    if kind == "classic":
        head = f"error: GH006: Protected branch update failed for refs/heads/{branch}."
        return f"{head}\nerror: {why}\n"
    head = f"error: GH013: Repository rule violations found for refs/heads/{branch}."
    rules = f"{page}/rules?ref=refs%2Fheads%2F{branch.replace('/', '%2F')}"
    return f"{head}\nReview all repository rules at {rules}\n\n- {why}\n\n"


def reason(world: World, told: bytes) -> bytes:
    """Name what declined a push, from what the hook said."""
    guard = world.rules.protection
    if guard and b"GH0" in told:
        return REASONS[guard.kind]
    return REASONS["workflow"]
