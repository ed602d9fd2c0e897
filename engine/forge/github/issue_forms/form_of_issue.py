"""Which form an issue was filled in with: by its label, else by its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goodterms.forge.github.form_issues import FiledForm
from goodterms.forge.github.issue_forms import (
    FOLDER,
    FORMS,
    IssueForm,
    is_labelled,
    kind_of,
    load_form,
    of_fields,
)
from goodterms.git import Repo, read_files

#: How the text of an issue begins that was filled in with a form.
_BEGINS = "### "


@dataclass
class FormKinds:
    """Knows forms of main; they are read where an issue has no label of one.

    GitHub drops a form's labels that the repository lacks, and says nothing.
    """

    repo: Repo
    commit: str
    _forms: Mapping[str, IssueForm] | None = field(default=None, init=False, repr=False)

    def of(self, filed: FiledForm) -> str | None:
        """Say which form an issue is, None for none, or where its labels differ."""
        if is_labelled(filed.labels):
            return kind_of(filed.labels)
        if not filed.body.startswith(_BEGINS):
            return None
        return of_fields(filed.body, self._all().values())

    def _all(self) -> Mapping[str, IssueForm]:
        if self._forms is None:
            kinds = {f"{FOLDER}/{kind}.yml": kind for kind in FORMS}
            contents = read_files(self.repo, self.commit, kinds)
            loaded = {
                kinds[p]: load_form(kinds[p], data)[0] for p, data in contents.items()
            }
            self._forms = {kind: form for kind, form in loaded.items() if form}
        return self._forms
