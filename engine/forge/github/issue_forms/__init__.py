"""Issue forms: what a person without git tells us, as the values of a record."""

from goodterms.forge.github.issue_forms.answer import (
    FormAnswer,
    again,
    answered,
    edited_by_another,
    recorded,
    refused,
    taken_over,
)
from goodterms.forge.github.issue_forms.body import of_fields, read_body, record_values
from goodterms.forge.github.issue_forms.form import (
    ALLOCATION,
    FOLDER,
    FORMS,
    LABEL,
    FormQuestion,
    IssueForm,
    is_labelled,
    kind_of,
    load_form,
)

__all__ = [
    "ALLOCATION",
    "FOLDER",
    "FORMS",
    "LABEL",
    "FormAnswer",
    "FormQuestion",
    "IssueForm",
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
