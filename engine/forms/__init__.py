"""Issue forms: what a person without git tells us, as the values of a record."""

from engine.forms.answer import (
    Answer,
    again,
    answered,
    edited_by_another,
    recorded,
    refused,
    taken_over,
)
from engine.forms.body import of_fields, read_body, record_values
from engine.forms.form import (
    ALLOCATION,
    FOLDER,
    FORMS,
    LABEL,
    Form,
    Question,
    is_labelled,
    kind_of,
    load_form,
)

__all__ = [
    "ALLOCATION",
    "FOLDER",
    "FORMS",
    "LABEL",
    "Answer",
    "Form",
    "Question",
    "again",
    "answered",
    "edited_by_another",
    "is_labelled",
    "kind_of",
    "load_form",
    "of_fields",
    "read_body",
    "record_values",
    "recorded",
    "refused",
    "taken_over",
]
