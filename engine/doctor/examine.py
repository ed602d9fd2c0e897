"""Look at everything that a run needs, wherever it runs."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from goodterms.channels import NEEDS, Channel, SmtpChannel, open_channels
from goodterms.doctor.check import DoctorCheck, broken, mind, ok
from goodterms.doctor.context import DoctorContext, needed
from goodterms.doctor.git import checks as git_checks
from goodterms.load.policy_book import rate_problems
from goodterms.model.problem import has_errors
from goodterms.model.refusal import RefusalError

#: The names that a new repository starts with.
PLACEHOLDERS = (
    "Your Company",
    "Your Name",
    "Your Colleague",
    "Your Collection Agency",
    "Your Lawyer",
    "Your Solicitor",
)

#: As many accounts are named as an eye takes in.
_FEW = 3


def examine(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Yield one check after the other, those first that others rest on."""
    settings = context.workspace.settings
    yield _files(context)
    yield from _placeholders(context)
    yield from _owners(context)
    yield from _bank(context)
    yield from _letterhead(context)
    yield from _rates(context)
    yield from _mode(context)
    yield from git_checks(context.repo)
    yield from _channels(context)
    if settings.forge == "github":
        from goodterms.doctor.github import checks  # noqa: PLC0415 - an extra

        yield from checks(context)
    else:
        yield from _teams(context)


def _files(context: DoctorContext) -> DoctorCheck:
    if has_errors(context.problems):
        number = sum(problem.severity == "error" for problem in context.problems)
        words = f"settings, policies or templates have {number} errors"
        return broken("files", words, "see them with goodterms check")
    return ok("files", "settings, policies and templates can be read")


def _placeholders(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Name what ``init`` wrote in the place of the user's own, and what names it."""
    settings = context.workspace.settings
    names_by_key = [("", settings.creditor.name)]
    names_by_key += [(key, person.name) for key, person in settings.people.items()]
    names_by_key += [(key, partner.name) for key, partner in settings.partners.items()]
    left = [(key, name) for key, name in names_by_key if name in PLACEHOLDERS]
    if left:
        names = ", ".join(f"'{name}'" for _, name in left)
        words = f"goodterms.yaml still says {names}"
        ties = [tie for key, _ in left for tie in _ties(context, key)]
        how = "put in your own, or take out who is not there"
        how += f", and with them what names them: {'; '.join(ties)}" if ties else ""
        yield mind("settings", words, how)


def _ties(context: DoctorContext, key: str) -> Iterator[str]:
    """Say where a person or partner is named, but for the ledger."""
    for team, members in sorted(context.workspace.settings.teams.items()):
        if key in members:
            yield f"'{key}' in teams: {team}"
    for ref, policy in sorted(context.workspace.book.policies.items()):
        for step in policy.ladder:
            for remedy in step.choose:
                if remedy.place_with == key:
                    file = f"policies/{ref.name}/v{ref.version}.yaml"
                    yield f"the option '{remedy.name}' of {step.name} in {file}"


def _owners(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Name the accounts whose tasks, calls and proposals are nobody's."""
    if context.workspace.settings.owner:
        return
    profiles = context.workspace.profiles()
    ownerless = [id_ for id_, profile in profiles.items() if not profile.owner]
    if ownerless:
        few = ", ".join(ownerless[:_FEW]) + (" …" if ownerless[_FEW:] else "")
        words = (
            f"nobody looks after {len(ownerless)} of {len(profiles)} accounts ({few})"
        )
        how = "name somebody for all of them in goodterms.yaml: owner: NAME"
        yield mind("owners", f"{words}: their tasks are nobody's", how)


def _bank(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Say that customers are not told where to pay."""
    if not context.workspace.settings.creditor.bank:
        words = "none is named: messages say 'the account that the invoice names'"
        yield mind("bank", words, "add yours to creditor in goodterms.yaml")


def _letterhead(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Say what a reader of our letters would look for and not find."""
    settings, policies = context.workspace.settings, context.workspace.book.policies
    creditor = settings.creditor
    steps = [step for policy in policies.values() for step in policy.ladder]
    if not creditor.address and any(step.channel == "letter" for step in steps):
        words = "letters show no postal address of ours"
        yield mind("letters", words, "add address to creditor in goodterms.yaml")
    silent = [key for key, person in settings.people.items() if not person.phone]
    if not creditor.phone and silent:
        words = "messages ask to call us, and name no telephone number"
        who = ", ".join(silent[:_FEW]) + (" …" if silent[_FEW:] else "")
        how = f"add phone to creditor in goodterms.yaml, or to {who} in people"
        yield mind("telephone", words, how)


def _rates(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Say that rates of late interest are missing, or soon will be."""
    workspace, creditor = context.workspace, context.workspace.settings.creditor
    today = context.moment.astimezone(ZoneInfo(creditor.timezone)).date()
    for problem in rate_problems(workspace.book, creditor.country, today):
        yield mind("rates", f"{problem.place.file}: {problem.what}", problem.hint)


def _mode(context: DoctorContext) -> Iterator[DoctorCheck]:
    settings = context.workspace.settings
    if settings.mode == "report":
        how = "when the plans look right: mode: run"
        yield mind("mode", "report: nothing is sent, and nobody is asked", how)
    if settings.suspended:
        yield mind("suspended", "nothing leaves", "set suspended: false to go on")


def _channels(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Say which ways out there are, and which secrets they lack; names only."""
    settings = context.workspace.settings
    try:
        channels = open_channels(settings, context.workspace.root, context.env)
    except RefusalError as error:
        yield broken("channels", str(error))
        return
    idle = sorted(
        name for name, settings_of in channels.items() if settings_of.name == "outbox"
    )
    for name, channel in sorted({c.name: c for c in channels.values()}.items()):
        missing = [key for key in NEEDS.get(name, ()) if not context.env.get(key)]
        if missing:
            how = "Settings > Secrets and variables > Actions, then env: in the step"
            yield broken("channels", f"{name} needs {', '.join(missing)}", how)
        elif name != "outbox":
            yield _tried(channel)
    if idle and settings.forge == "github":
        go = "go" if len(idle) > 1 else "goes"
        words = (
            f"{', '.join(idle)} {go} to the outbox, which reaches nobody on a runner"
        )
        how = "'smtp' sends e-mails, 'issue' hands the others to a person"
        yield mind("channels", words, how)


def _tried(channel: Channel) -> DoctorCheck:
    """Say whether a way out is open; nothing leaves by it."""
    try:
        if isinstance(channel, SmtpChannel):
            channel.probe()
    except RefusalError as error:
        return broken("channels", f"{channel.name} does not work: {error}")
    return ok("channels", f"{channel.name} has all it needs")


def _teams(context: DoctorContext) -> Iterator[DoctorCheck]:
    """Say whether there are people enough for what needs approval."""
    settings = context.workspace.settings
    for team, count in needed(context).items():
        members = settings.teams.get(team, ())
        if len(members) < count:
            words = f"{team} has {len(members)} of the {count} members that steps need"
            yield broken("approvers", words, "add people to it in goodterms.yaml")
        else:
            yield ok("approvers", f"{team} has {len(members)} members")
