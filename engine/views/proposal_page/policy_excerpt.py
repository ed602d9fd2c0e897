"""The clause of a policy that a proposal rests on: its lines, and where they stand."""

from dataclasses import dataclass

from goodterms.model.policy_ref import PolicyRef
from goodterms.yaml.places import Places, placed_documents


@dataclass(frozen=True, slots=True)
class PolicyExcerpt:
    """Lines of a policy's file; ``line`` is the number of the first, from 1."""

    path: str
    line: int
    text: str


def policy_path(ref: PolicyRef) -> str:
    """Return the path of a policy's file below the root."""
    return f"policies/{ref.name}/v{ref.version}.yaml"


def find_policy_excerpt(data: bytes, path: str, step: str) -> PolicyExcerpt | None:
    """Find a step in a policy's file.

    None where the file has no such step.
    """
    documents, _ = placed_documents(data, path)
    if not documents or not isinstance(documents[0].value, dict):
        return None
    ladder = documents[0].value.get("ladder")
    steps = ladder if isinstance(ladder, list) else []
    for index, step_entry in enumerate(steps):
        if isinstance(step_entry, dict) and step_entry.get("step") == step:
            return _quoted(data, documents[0].places, index, len(steps))
    return None


def _quoted(data: bytes, places: Places, index: int, steps: int) -> PolicyExcerpt:
    lines = data.decode("utf-8-sig").splitlines()
    first = places.values["ladder", index].line
    if index + 1 < steps:
        end = places.values["ladder", index + 1].line - 1
    else:
        end = _end_of_ladder(lines, places)
    while end > first and _is_idle(lines[end - 1]):
        end -= 1
    quoted = lines[first - 1 : max(end, first)]
    indent = min(len(line) - len(line.lstrip()) for line in quoted if line.strip())
    text = "\n".join(line[indent:] for line in quoted)
    return PolicyExcerpt(places.file, first, text)


def _end_of_ladder(lines: list[str], places: Places) -> int:
    """Return the last line before the key that follows ``ladder``."""
    ladder = places.keys["ladder",].line
    after = [p.line for path, p in places.keys.items() if len(path) == 1]
    return min((line - 1 for line in after if line > ladder), default=len(lines))


def _is_idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
