"""The templates of a repository: found, their front matter read, digested.

Jinja stays out of here: a plan needs the digests, not the texts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from goodterms.model.policy import TONES
from goodterms.model.problem import Place, Problem, did_you_mean, in_order
from goodterms.yaml.restricted_reader import (
    SourceError,
    documents,
    documents_with_places,
)

if TYPE_CHECKING:
    from goodterms.model.settings import Settings

_PATH = re.compile(
    r"templates/(?P<language>[a-z]{2,3})/(?P<name>_?[a-z0-9][a-z0-9-]*)\.md\.j2"
)
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_KEYS = ("subject", "tone")


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One template in one language. ``body`` is where its body starts in ``source``."""

    path: str
    name: str
    language: str
    source: str
    subject: str
    body: int
    tone: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """Every template, by (language, name), and the partials, by path.

    ``digests`` maps a name to a digest of its texts in all languages, partials
    included; a name with a text that cannot be read is left out. ``fallback``
    is the language for customers whose own has no text of a name.
    """

    texts: Mapping[tuple[str, str], TemplateText]
    partials: Mapping[str, str]
    digests: Mapping[str, str]
    fallback: str

    def find(self, name: str, language: str) -> TemplateText | None:
        """Return the text in that language, else in the fallback, else None."""
        own = self.texts.get((language, name))
        return own or self.texts.get((self.fallback, name))


def load_templates(
    files: Mapping[str, bytes], settings: "Settings"
) -> tuple[Templates, tuple[Problem, ...]]:
    """Read the files under ``templates/``, keyed by their path from the root.

    Finds what is wrong with names, encoding and front matter; what is wrong
    inside a text is found by ``check_templates``.
    """
    sources, problems = _decoded(files)
    texts: dict[tuple[str, str], TemplateText] = {}
    partials: dict[str, str] = {}
    for path, source in sources.items():
        language, name = _parts(path)
        if name.startswith("_"):
            partials[path] = source
            continue
        text, wrong = _text(path, language, name, source)
        problems += wrong
        if text is not None:
            texts[language, name] = text
    broken = {_parts(p.place.file)[1] for p in problems if _PATH.match(p.place.file)}
    digests = _digests(texts.values(), partials, broken)
    fallback = settings.creditor.language
    return Templates(texts, partials, digests, fallback), in_order(problems)


def subject_line(text: TemplateText) -> int:
    """Return the line on which a template's subject stands."""
    placed, _ = documents_with_places(text.source[: text.body].encode(), text.path)
    return placed[0].places.value(("subject",)).line


def _parts(path: str) -> tuple[str, str]:
    match = _PATH.fullmatch(path)
    return (match["language"], match["name"]) if match else ("", "")


def _decoded(files: Mapping[str, bytes]) -> tuple[dict[str, str], list[Problem]]:
    sources: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(files):
        if not path.endswith(".j2"):
            continue
        if not _PATH.fullmatch(path):
            hint = "call it templates/<language>/<name>.md.j2"
            problems.append(_problem(path, 0, "this is no place for a template", hint))
            continue
        try:
            sources[path] = files[path].decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            problems.append(_problem(path, 0, "this is not UTF-8", "save it as UTF-8"))
    return sources, problems


def _text(
    path: str, language: str, name: str, source: str
) -> tuple[TemplateText | None, list[Problem]]:
    front = _FRONT.match(source)
    if front is None:
        hint = "start with a line '---', then 'subject: …', then '---'"
        return None, [_problem(path, 1, "the front matter is missing", hint)]
    try:
        read = documents(source[: front.end(1)].encode(), path)
    except SourceError as error:
        return None, list(error.problems)
    keys = read[0] if read else None
    if not isinstance(keys, dict):
        return None, [_problem(path, 1, "the front matter is no mapping")]
    problems = _front_problems(path, keys)
    if problems:
        return None, problems
    tone = str(keys["tone"]) if "tone" in keys else None
    subject = str(keys["subject"])
    return TemplateText(path, name, language, source, subject, front.end(), tone), []


def _front_problems(path: str, keys: Mapping[str, object]) -> list[Problem]:
    problems = [
        _problem(path, 1, f"unknown key '{key}'", did_you_mean(key, _KEYS))
        for key in keys
        if key not in _KEYS
    ]
    subject, tone = keys.get("subject"), keys.get("tone", TONES[0])
    if not isinstance(subject, str) or not subject.strip():
        problems.append(
            _problem(path, 1, "the subject is missing", "write 'subject: …'")
        )
    if tone not in TONES:
        tones = ", ".join(TONES)
        problems.append(_problem(path, 1, f"'{tone}' is no tone", f"known are {tones}"))
    return problems


def _problem(path: str, line: int, message: str, hint: str = "") -> Problem:
    return Problem(Place(path, line), message, hint, rule="template")


def _digests(
    texts: Iterable[TemplateText], partials: Mapping[str, str], broken: set[str]
) -> dict[str, str]:
    parts: dict[str, dict[str, str]] = {}
    for text in texts:
        if text.name not in broken:
            reached = _reached(text.source, text.path, partials)
            parts.setdefault(text.name, {}).update({**reached, text.path: text.source})
    return {name: _digest(parts[name]) for name in sorted(parts)}


def _reached(source: str, path: str, partials: Mapping[str, str]) -> dict[str, str]:
    """List the partials of a text's language that it names, and those these name."""
    folder = path.rpartition("/")[0]
    reached: dict[str, str] = {}
    waiting = [source]
    while waiting:
        source = waiting.pop()
        for partial_path, partial in partials.items():
            partial_folder, _, file = partial_path.rpartition("/")
            if (
                partial_folder == folder
                and partial_path not in reached
                and file in source
            ):
                reached[partial_path] = partial
                waiting.append(partial)
    return reached


def _digest(sources: Mapping[str, str]) -> str:
    """Digest texts and their paths; no two sets of them look alike."""
    digest = sha256()
    for path in sorted(sources):
        text = sources[path].encode()
        digest.update(f"{path}\0{len(text)}\0".encode() + text)
    return f"sha256:{digest.hexdigest()}"
