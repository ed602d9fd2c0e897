"""``goodterms record``: write down what was learnt about a customer."""

from collections.abc import Mapping
from datetime import date

import click

from goodterms.cli.environment import (
    account_id,
    find_root,
    open_workspace,
    read_clock,
    read_date,
    today,
)
from goodterms.cli.output import say, tell, tell_problems
from goodterms.model.ledger import CHANNELS
from goodterms.model.records import REASONS
from goodterms.model.refusal import RefusalError
from goodterms.workspace.write_record import write_record

Option = click.Option


def _date(name: str, text: str, *, required: bool = False) -> Option:
    return Option(
        [name], callback=read_date, metavar="DATE", help=text, required=required
    )


def _text(name: str, text: str, metavar: str, *, required: bool = False) -> Option:
    return Option([name], metavar=metavar, help=text, required=required)


def _choice(
    name: str, words: tuple[str, ...], text: str, *, required: bool = False
) -> Option:
    return Option([name], type=click.Choice(words), help=text, required=required)


def _instalments(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> list[dict[str, str]]:
    """Read ``2026-11-05=600.00``; whether it is a date and an amount, loading says."""
    pairs = [each.partition("=") for each in given]
    if not all(due and equals and amount for due, equals, amount in pairs):
        raise click.BadParameter("write it like 2026-11-05=600.00")
    return [{"due": due, "amount": amount} for due, _, amount in pairs]


_CHANNEL = _choice("--channel", CHANNELS, "By which channel.")
_STEP = _text("--step", "The ladder's step that this took.", "STEP")
_AMOUNT = _text("--amount", "Such as 600.00.", "AMOUNT")

#: What each kind takes beside what all take.
_OWN: Mapping[str, tuple[str, tuple[Option, ...]]] = {
    "reply": (
        "The customer answered; until we answer, the ladder is silent.",
        (_CHANNEL, Option(["--answered"], is_flag=True, help="We answered already.")),
    ),
    "call": (
        "Somebody telephoned.",
        (
            _choice(
                "--outcome",
                ("reached", "voicemail", "no-answer", "refused"),
                "How it went.",
                required=True,
            ),
            _STEP,
        ),
    ),
    "contact": ("A person wrote to or met the customer.", (_CHANNEL, _STEP)),
    "promise": (
        "The customer will pay; without an amount, all that is open.",
        (_date("--pay-by", "Until when.", required=True), _AMOUNT),
    ),
    "dispute": (
        "The customer contests invoices; they stop as a whole.",
        (_date("--review-by", "When we look again.", required=True), _AMOUNT),
    ),
    "resolution": (
        "The end of a dispute.",
        (
            _text("--of", "The dispute's file without .yaml.", "RECORD", required=True),
            _choice(
                "--outcome",
                ("upheld", "partly", "rejected"),
                "Who was right.",
                required=True,
            ),
            _text("--credit", "What is taken off, such as 90.00.", "AMOUNT"),
        ),
    ),
    "extension": (
        "More time until a date.",
        (
            _date("--until", "The new last day.", required=True),
            Option(["--final/--not-final"], default=True, help="The last one."),
        ),
    ),
    "plan": (
        "Payment by instalments was agreed.",
        (
            Option(
                ["--instalment", "instalments"],
                multiple=True,
                required=True,
                callback=_instalments,
                metavar="DATE=AMOUNT",
                help="Once for each.",
            ),
            Option(
                ["--template"],
                default="instalment-reminder",
                show_default=True,
                help="What their reminders say.",
            ),
        ),
    ),
    "settlement": (
        "Value received other than as money.",
        (
            _text("--value", "Such as 250.00.", "AMOUNT", required=True),
            _choice(
                "--form",
                ("goods", "services", "barter", "discount", "other"),
                "As what.",
                required=True,
            ),
        ),
    ),
    "payment": (
        "Money came in that is matched to no invoice yet.",
        (
            _text("--amount", "Such as 600.00.", "AMOUNT", required=True),
            _text("--currency", "Such as EUR.", "CODE", required=True),
            _text("--reference", "What the payer wrote.", "TEXT"),
        ),
    ),
    "credit-note": (
        "We credited the customer; it belongs to no invoice yet.",
        (
            _text("--amount", "Such as 90.00.", "AMOUNT", required=True),
            _text("--currency", "Such as EUR.", "CODE", required=True),
            _text("--reference", "The number of the credit note.", "TEXT"),
        ),
    ),
    "pause": (
        "No step until a date, that day included.",
        (_date("--until", "The last day of it.", required=True),),
    ),
    "resume": ("The end of a pause, or of a plan that broke.", ()),
    "bounce": (
        "A message did not arrive.",
        (
            _text("--of", "The id of the message.", "ENTRY", required=True),
            _choice("--channel", CHANNELS, "By which channel.", required=True),
        ),
    ),
    "check-in": ("A friendly word that is not about money.", ()),
    "note": ("Anything else worth keeping.", ()),
}


def _shared() -> list[click.Parameter]:
    return [
        click.Argument(["account"]),
        _text("--by", "Who learnt it: a key of 'people'.", "NAME", required=True),
        _date("--on", "When.  [default: today]"),
        Option(
            ["--invoice", "invoices"],
            multiple=True,
            metavar="ID",
            help="Once for each; none: all that are open.",
        ),
        _text("--said", "In their words.", "TEXT"),
        _choice("--reason", REASONS, "Why they are late."),
        _text("--approved-by", "A second person, where one is needed.", "NAME"),
    ]


def _command(kind: str) -> click.Command:
    text, own = _OWN[kind]

    @click.pass_context
    def write(
        ctx: click.Context, /, account: str, on: date | None, **given: object
    ) -> int:
        return _write(ctx, kind, account, on, given)

    params = [*_shared(), *own]
    return click.Command(kind, callback=write, params=params, help=text)


def _write(
    ctx: click.Context,
    kind: str,
    account: str,
    on: date | None,
    given: Mapping[str, object],
) -> int:
    root = find_root(ctx)
    workspace, _ = open_workspace(root)
    account = account_id(workspace, account)
    if given["by"] not in workspace.settings.people:
        people = ", ".join(workspace.settings.people) or "nobody"
        raise RefusalError(f"'{given['by']}' is not in people", f"there is {people}")
    day = on or today(workspace.settings, read_clock())
    values = {"kind": kind, "on": day, **_without_empty(given)}
    path, problems = write_record(workspace, account, values)
    code = tell_problems(problems, root)
    if path:
        say(path)
        tell("commit it, and the next run knows")
    return code


def _without_empty(given: Mapping[str, object]) -> dict[str, object]:
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in given.items()
        if value is not None and value != ()
    }


@click.group(short_help="Write down what was learnt about a customer.")
def command() -> None:
    """Write a record file, validated; a run reads it once it is committed."""


for _kind in _OWN:
    command.add_command(_command(_kind))
