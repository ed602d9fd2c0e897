"""From an issue to a commit on main to an answer: each step can be done again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from goodterms.forge.github.api import Api
from goodterms.forge.github.client import ApiError, LimitError
from goodterms.forge.github.form_issues import FiledForm, make_labels, open_forms
from goodterms.forge.github.issue_forms import (
    ALLOCATION,
    FOLDER,
    FORMS,
    LABEL,
    FormAnswer,
    again,
    load_form,
    recorded,
)
from goodterms.forge.github.issue_forms.form_of_issue import FormKinds
from goodterms.forge.github.issue_forms.origin import find_stamped, stamp, what_came
from goodterms.forge.github.issue_forms.payment_form import match
from goodterms.forge.github.issue_forms.validate import FormRecord, is_ours, judge
from goodterms.forge.github.known_logins import MESSAGE, first_seen
from goodterms.git import (
    MAIN,
    BranchMove,
    CommitChange,
    PushResult,
    Repo,
    build,
    engine_signature,
    fast_forward,
    publish,
    read_files,
    read_refs,
    snapshot,
)
from goodterms.load import load_settings
from goodterms.model.paths import LOGINS
from goodterms.model.problem import Place, Problem, in_order
from goodterms.model.refusal import RefusalError
from goodterms.model.settings import Settings
from goodterms.views import ForgeLinks
from goodterms.views.file_links import file_links
from goodterms.views.markdown import Markdown, joined
from goodterms.workspace.workspace import Workspace

#: How often a form is tried because main moves meanwhile, and the exit code then.
_TRIES = 5
_LONG_AGO = date(2000, 1, 1)
_ISSUES = Place("issues")

#: So many forms of strangers are answered by a run: anybody may file any number.
_STRANGERS = 10

#: The files that say who we are.
_PEOPLE = ("goodterms.yaml", LOGINS)
_RACE_LOST = 4


def take_in(repo: Repo, api: Api) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Record every open form and answer it; return a line for each, and problems.

    Safe to do at any time, any number of times: a record names its issue, and
    nothing is said twice. Raises RefusalError where main cannot be written.
    """
    intake = _Intake(repo, api)
    try:
        make_labels(api, [f"{LABEL}{kind}" for kind in intake.forms()])
        intake.take_all(open_forms(api))
    except ApiError as error:
        intake.failed(str(error))
    fast_forward(repo, read_refs(repo).main)
    return tuple(intake.lines), in_order(intake.problems)


def _remember(intake: "_Intake") -> None:
    """Write down, before anybody is believed, who we are that were not seen before.

    Raises ApiError; a race for main that is lost is left to the next run.
    """
    tip = read_refs(intake.repo).main
    path = intake.repo.path("goodterms.yaml")
    text = read_files(intake.repo, tip, [path]).get(path, b"")
    settings, _ = load_settings(text, path)
    if settings is None:
        return
    files = first_seen(intake.repo, intake.api, settings, tip)
    if files:
        # The date of a commit is that of its parent, where that is later.
        signature = engine_signature(settings, _LONG_AGO)
        commit = build(intake.repo, tip, CommitChange(MESSAGE, files), signature)
        publish(intake.repo, [BranchMove(MAIN, tip, commit)])


@dataclass(frozen=True, slots=True)
class _Intake:
    repo: Repo
    api: Api
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def forms(self) -> Mapping[str, bytes]:
        """Return the forms of main by kind; they lie at the top of the repository."""
        kinds = {f"{FOLDER}/{kind}.yml": kind for kind in FORMS}
        contents = read_files(self.repo, read_refs(self.repo).main, kinds)
        return {kinds[path]: content for path, content in contents.items()}

    def take_all(self, open_ones: Sequence[FiledForm]) -> None:
        """Take what we wrote first: strangers hold up nobody, and cost few writes.

        Raises ApiError where GitHub wants a pause.
        """
        kinds = FormKinds(self.repo, read_refs(self.repo).main)
        with_kinds = [(filed, kinds.of(filed)) for filed in open_ones]
        forms = [(filed, kind) for filed, kind in with_kinds if kind]
        if not forms:
            return
        _remember(self)
        ours = self._ours([filed for filed, _ in forms])
        own_forms = [form for form in forms if form[0].number in ours]
        others = [form for form in forms if form[0].number not in ours]
        for filed, kind in (*own_forms, *others[:_STRANGERS]):
            self.take(filed, kind)
        left = len(others[_STRANGERS:])
        if left:
            message = f"{left} forms by people who are none of us wait for their answer"
            hint = "the next runs answer them, a few at a time"
            self.problems.append(Problem(_ISSUES, message, hint, "warning", "forge"))

    def _ours(self, forms: Sequence[FiledForm]) -> set[int]:
        """Say which forms one of us had a hand in, as main knows us."""
        with snapshot(self.repo, read_refs(self.repo).main, _PEOPLE) as tree:
            workspace, _ = Workspace.open(tree)
            if workspace is None:
                return {filed.number for filed in forms}
            return {filed.number for filed in forms if is_ours(workspace, filed)}

    def take(self, filed: FiledForm, kind: str) -> None:
        """Record a form and answer it; one that nobody can judge stays as it is.

        What GitHub refuses about one form keeps no other from being read, unless
        it wants a pause: LimitError.
        """
        try:
            self._take(filed, kind)
        except LimitError:
            raise
        except ApiError as error:
            self.failed(f"#{filed.number}: {error}")

    def failed(self, message: str) -> None:
        """Note that GitHub refused something, or did not answer."""
        hint = "nothing is lost: the next run reads it again"
        self.problems.append(Problem(_ISSUES, message, hint, rule="forge"))

    def _take(self, filed: FiledForm, kind: str) -> None:
        settled = self._settle(filed, kind)
        if settled is None:
            return
        line, answer = settled
        self.lines.append(f"#{filed.number}: {line}")
        markers = map(self.api.mark, self.api.comments(filed.number))
        latest = [marker.content for marker in markers if marker][-1:]
        if latest != [answer.content]:
            self.api.comment(filed.number, answer.body)
        if answer.closes:
            self.api.set_open(filed.number, is_open=False)

    def _settle(self, filed: FiledForm, kind: str) -> tuple[str, FormAnswer] | None:
        mark = stamp(self.api.client.where.repository, filed.number)
        reason = ""
        for _ in range(_TRIES):
            tip = read_refs(self.repo).main
            recorded_in = find_stamped(self.repo, tip, mark)
            if recorded_in:
                outcome = f"is recorded in {', '.join(recorded_in)}"
                return outcome, self._known(filed, recorded_in, mark)
            judged = self._judge(tip, filed, kind, mark)
            if judged is None:
                return None
            settings, result = judged
            if isinstance(result, FormAnswer):
                return ("refused" if result.closes else "waits for its author"), result
            pushed = self._push(tip, settings, filed, result)
            if pushed.landed:
                files = {self.repo.path(p): text for p, text in result.files.items()}
                file, text = self._told(files, mark)
                answer = recorded(file, text, result.notes)
                return f"recorded in {', '.join(files)}", answer
            reason = pushed.said
        message = f"#{filed.number} lost the race for main {_TRIES} times"
        raise RefusalError(message, f"run again; {reason}", _RACE_LOST)

    def _judge(
        self, tip: str, filed: FiledForm, kind: str, mark: str
    ) -> tuple[Settings, FormRecord | FormAnswer] | None:
        file = f"{FOLDER}/{kind}.yml"
        data = read_files(self.repo, tip, [file]).get(file)
        form, problems = load_form(kind, data)
        if form is None:
            self.problems.extend(problems)
            return None
        with snapshot(self.repo, tip) as tree:
            workspace, problems = Workspace.open(tree)
            if workspace is None:
                self.problems.extend(problems)
                return None
            read = match if kind == ALLOCATION else judge
            return workspace.settings, read(workspace, form, filed, mark)

    def _push(
        self, tip: str, settings: Settings, filed: FiledForm, entry: FormRecord
    ) -> PushResult:
        does = f"Record a {entry.kind}"
        if entry.kind == ALLOCATION:
            does = "Match a payment"
        message = f"{does} of {entry.account}\n\nFrom #{filed.number}, by {entry.by}.\n"
        files = {
            self.repo.path(path): text.encode() for path, text in entry.files.items()
        }
        change = CommitChange(message, files)
        signature = engine_signature(settings, entry.day)
        commit = build(self.repo, tip, change, signature)
        return publish(self.repo, [BranchMove(MAIN, tip, commit)])

    def _known(
        self, filed: FiledForm, files: Mapping[str, str], mark: str
    ) -> FormAnswer:
        file, text = self._told(files, mark)
        return again(file) if filed.reopened else recorded(file, text)

    def _told(self, files: Mapping[str, str], mark: str) -> tuple[Markdown, str]:
        """Return links to files, and what of them came from a form."""
        links = joined([self._link(path) for path in sorted(files)])
        return links, "\n".join(what_came(files[path], mark) for path in sorted(files))

    def _link(self, path: str) -> Markdown:
        where = self.api.client.where
        return file_links(ForgeLinks(where.server, where.repository, MAIN), None).file(
            path
        )
