"""What is wrong with a policy that its schema cannot say."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from goodterms.conditions.expressions import ExpressionError
from goodterms.load import value_readers
from goodterms.load.finding import Finding, amount_findings, at, attempt, under
from goodterms.load.schema_errors import explained
from goodterms.load.value_readers import name, offset
from goodterms.model.policy import Condition
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import did_you_mean
from goodterms.yaml.events import Value

Compile = Callable[[str], Condition]


def explain_policy(
    ref: PolicyRef, compile_condition: Compile, raw: Value
) -> Iterable[Finding]:
    """Say all that is wrong with a policy, whose path names it."""
    rules = (
        partial(_own_name, ref),
        partial(_conditions, compile_condition),
        _tolerance,
        _steps,
        _sorts,
        _offers,
        _recommended,
        _migrated,
    )
    return explained("policy", *rules)(raw)


def _own_name(ref: PolicyRef, raw: Value) -> Iterator[Finding]:
    for key, written, wanted in (
        ("policy", attempt(name, at(raw, "policy")), ref.name),
        ("version", at(raw, "version"), ref.version),
    ):
        if type(written) is type(wanted) and written != wanted:
            fault = f"{key} '{written}' is not what the file's path says, '{wanted}'"
            yield Finding((key,), fault, "they must be the same", "file-name")


def _tolerance(raw: Value) -> Iterator[Finding]:
    for path, value in under(raw, "tolerance"):
        code = attempt(value_readers.currency, path[-1])
        yield from amount_findings([(path, value)], code)


def _steps(raw: Value) -> Iterator[Finding]:
    """Say which names of steps stand twice, and which steps end too early."""
    seen: set[str] = set()
    for path, step in under(raw, "ladder"):
        key = attempt(name, at(step, "step"))
        if key in seen:
            fault = f"step '{key}' stands twice in the ladder"
            yield Finding((*path, "step"), fault, "rename one of them", "duplicate")
        if key is not None:
            seen.add(key)
        start = attempt(offset, at(step, "at"))
        until = attempt(offset, at(step, "until"))
        if start is not None and until is not None and until < start:
            fault = "'until' lies before 'at': the step would never come"
            yield Finding((*path, "until"), fault, "move one of them", "order")


def _sorts(raw: Value) -> Iterator[Finding]:
    """Say which keys do not go together."""
    for path, step in under(raw, "ladder"):
        if not isinstance(step, dict):
            continue
        for key in {"channel", "template"} & step.keys():
            if "choose" in step:
                fault = f"a step with 'choose' has no '{key}': a person decides first"
                yield Finding((*path, key), fault, "delete it", "step", on_key=True)
        if "lapse" in step and step.get("channel") != "phone":
            fault = "only a phone step can lapse"
            yield Finding((*path, "lapse"), fault, "delete it", "step", on_key=True)


def _remedies(raw: Value) -> Iterator[tuple[tuple[str | int, ...], Value]]:
    for path, _step in under(raw, "ladder"):
        yield from under(raw, *path, "choose")


def _offers(raw: Value) -> Iterator[Finding]:
    names = [str(path[-1]) for path, _offer in under(raw, "offers")]
    for path, holder in (*under(raw, "ladder"), *_remedies(raw)):
        key = attempt(name, at(holder, "offer"))
        if key is not None and key not in names:
            fault = f"unknown offer '{key}'"
            hint = did_you_mean(key, names) or "write it under offers"
            yield Finding((*path, "offer"), fault, hint, "unknown-offer")


def _recommended(raw: Value) -> Iterator[Finding]:
    for path, step in under(raw, "ladder"):
        options = [str(place[-1]) for place, _each in under(step, "choose")]
        for place, part in under(raw, *path, "recommend"):
            key = attempt(name, at(part, "choose"))
            if key is not None and key not in options:
                hint = did_you_mean(key, options)
                if not hint.startswith("did you mean"):
                    hint = "write it under choose, or take this line out"
                fault = f"unknown option '{key}'"
                yield Finding((*place, "choose"), fault, hint, "unknown-option")


def _migrated(raw: Value) -> Iterator[Finding]:
    steps = [attempt(name, at(step, "step")) for _path, step in under(raw, "ladder")]
    names = [step for step in steps if step is not None]
    for path, new in under(raw, "migrates", "steps"):
        key = attempt(name, new)
        if key is not None and key not in names:
            hint = did_you_mean(key, names)
            yield Finding(path, f"unknown step '{key}'", hint, "unknown-step")


def _conditions(compile_condition: Compile, raw: Value) -> Iterator[Finding]:
    for path, step in under(raw, "ladder"):
        for place, part in ((path, step), *under(raw, *path, "recommend")):
            source = attempt(value_readers.text, at(part, "when"))
            if source is not None:
                yield from _condition(compile_condition, (*place, "when"), source)


def _condition(
    compile_condition: Compile, path: tuple[str | int, ...], source: str
) -> Iterator[Finding]:
    try:
        compile_condition(source)
    except ExpressionError as error:
        yield Finding(path, error.what, error.hint, "condition")
