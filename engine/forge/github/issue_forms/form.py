"""A form of ``.github/ISSUE_TEMPLATE/``: which question fills which key of a record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from goodterms.load import Problems
from goodterms.model.problem import Place, Problem
from goodterms.model.records import KINDS
from goodterms.yaml.events import Value
from goodterms.yaml.restricted_reader import SourceError, documents

#: Where forms lie, from the top of the repository; each is called as its kind.
FOLDER = ".github/ISSUE_TEMPLATE"

#: The form that is no record: it matches a payment or credit note to invoices.
ALLOCATION = "allocation"

#: What forms there can be: for each kind of record, and that one.
FORMS = (*KINDS, ALLOCATION)

#: What the label that a form puts on its issues begins with; the kind follows.
LABEL = "record: "


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """A field of a form: its label stands above the answer, ``key`` is its id."""

    key: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class IssueForm:
    """The questions of a form, in order; ``kind`` is that of its record, mostly."""

    kind: str
    questions: tuple[FormQuestion, ...]

    def label(self, key: str) -> str:
        """Return what a key is called on the form, or the key itself."""
        return next((q.label for q in self.questions if q.key == key), key)


def is_labelled(labels: Iterable[str]) -> bool:
    """Whether an issue's labels name a form, or several."""
    return any(label.casefold().startswith(LABEL) for label in labels)


def kind_of(labels: Iterable[str]) -> str | None:
    """Say which form an issue's labels name; None for none of them, or several."""
    kinds = {
        label[len(LABEL) :].casefold()
        for label in labels
        if label.casefold().startswith(LABEL)
    }
    (kind,) = kinds if len(kinds) == 1 else (None,)
    return kind if kind in FORMS else None


def load_form(kind: str, data: bytes | None) -> tuple[IssueForm | None, Problems]:
    """Read the form of a kind; None, and why, where there is none to be read."""
    file = f"{FOLDER}/{kind}.yml"
    if data is None:
        hint = "goodterms init writes one"
        return None, (Problem(Place(file), "file is missing", hint, rule="missing"),)
    try:
        (raw,) = documents(data, file)
        return IssueForm(kind, tuple(_questions(raw))), ()
    except SourceError as error:
        return None, error.problems
    except (KeyError, TypeError, ValueError):
        message, hint = "this is no issue form", "every field needs an id and a label"
        return None, (Problem(Place(file), message, hint, rule="form"),)


def _questions(raw: Value) -> Iterator[FormQuestion]:
    body = _mapped(raw)["body"]
    for part in body if isinstance(body, list) else [body]:
        field = _mapped(part)
        if field["type"] != "markdown":
            required = _mapped(field.get("validations", {})).get("required") is True
            label = _mapped(field["attributes"])["label"]
            yield FormQuestion(str(field["id"]), str(label).strip(), required)


def _mapped(raw: Value) -> dict[str, Value]:
    if not isinstance(raw, dict):
        raise TypeError
    return raw
