"""The policies as of a day: which version an account or an invoice is under."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from goodterms.model.calendar import Calendar
from goodterms.model.ledger import Account, Invoice
from goodterms.model.plan import Action
from goodterms.model.policy import Policy, PolicyBook
from goodterms.model.policy_ref import PolicyRef
from goodterms.model.problem import Problem, did_you_mean
from goodterms.model.settings import Settings


class NoPolicyError(Exception):
    """No readable policy serves an invoice; says which and why."""


@dataclass(frozen=True, slots=True)
class EffectivePolicies:
    """All that a decision looks up beside the account: policies, settings, the day.

    ``current`` is the highest version of each policy effective on ``as_of``,
    ``serving`` the policy of each segment. ``unfit`` says what keeps a message
    from being written; none is planned that cannot be.
    """

    book: PolicyBook
    settings: Settings
    as_of: date
    current: Mapping[str, PolicyRef]
    serving: Mapping[str, str]
    unfit: Callable[[Account, Action], tuple[Problem, ...]] = field(
        default=lambda _account, _action: (), compare=False, repr=False
    )
    _calendars: dict[tuple[PolicyRef, str], Calendar] = field(
        default_factory=dict, compare=False, repr=False
    )

    def policy_of(
        self, account: Account, invoice: Invoice, latest: PolicyRef | None
    ) -> Policy:
        """Return the policy that an invoice is under.

        Its own pin; else the version that its row in its *latest* journal
        entry names, or the one that says it takes that version over; else the
        account's policy, else its segment's, in the highest version effective
        today. Raises NoPolicyError.
        """
        if invoice.policy:
            return self._read(invoice.policy)
        if latest:
            *_, last = (latest, *(heir.ref for heir in self._heirs(latest, account)))
            return self._read(last)
        return self._read(self._for_account(account))

    def moved_to(
        self, account: Account, invoice: Invoice, policy: Policy
    ) -> PolicyRef | None:
        """Return the account's policy, where an invoice runs under another one.

        None where they are versions of one policy, and where the invoice pins its
        own: then that was agreed.
        """
        own = self._own(account)
        if invoice.policy or own is None or own.name == policy.name:
            return None
        return own

    def step_now(
        self, taken: str, under: PolicyRef | None, policy: Policy, account: Account
    ) -> str:
        """Return what a step taken under an earlier version is called in *policy*.

        Names change along the versions that took the episode over, one by one;
        a version beside that path has no say.
        """
        name = taken
        for heir in self._heirs(under, account) if under else ():
            steps = heir.migrates.steps if heir.migrates else {}
            name = steps.get(name, name)
            if heir.ref == policy.ref:
                return name
        return taken

    def calendar(self, policy: Policy, account: Account) -> Calendar:
        """Return the business days of a policy where the customer is."""
        key = (policy.ref, account.profile.place)
        if key not in self._calendars:
            holidays: Container[date] = self.book.holidays(account.profile.place)
            self._calendars[key] = Calendar(policy.weekdays, holidays)
        return self._calendars[key]

    def _for_account(self, account: Account) -> PolicyRef:
        if account.profile.policy:
            return self._named(account.profile.policy)
        segment = account.profile.segment or self.settings.default_segment
        name = self.serving.get(segment)
        if name is None:
            raise NoPolicyError(self._unserved(segment))
        return self.current[name]

    def _unserved(self, segment: str) -> str:
        """Say why no policy serves a segment: broken, not yet, or none does."""
        if segment in self.book.broken_segments:
            return f"the policy of segment '{segment}' has errors"
        later = [
            (policy.effective, str(policy.ref))
            for policy in self.book.policies.values()
            if segment in policy.segments and policy.effective > self.as_of
        ]
        if not later:
            return f"no policy serves segment '{segment}'"
        start, ref = min(later)
        none = f"no policy serves segment '{segment}' on {self.as_of}"
        return f"{none}; {ref} is effective from {start}"

    def _named(self, policy: str) -> PolicyRef:
        name, at, version = policy.partition("@")
        if at and version.isdigit():
            return PolicyRef(name, int(version))
        if name not in self.current:
            hint = did_you_mean(name, self.current)
            raise NoPolicyError(
                f"policy '{name}' has no version effective on {self.as_of}"
                + (f"; {hint}" if hint else "")
            )
        return self.current[name]

    def _read(self, ref: PolicyRef) -> Policy:
        policy = self.book.policies.get(ref)
        if policy is None:
            raise NoPolicyError(self.book.flaw(ref) or "")
        return policy

    def _own(self, account: Account) -> PolicyRef | None:
        try:
            return self._for_account(account)
        except NoPolicyError:
            return None

    def _heirs(self, ref: PolicyRef, account: Account) -> Iterator[Policy]:
        """Follow the versions that say they take over the one before.

        Those of the same policy first; then the account's own, where that says
        how it takes over one of them.
        """
        line = [ref]
        for heir in self._versions_after(ref):
            line.append(heir.ref)
            yield heir
        own = self._own(account)
        policy = self.book.policies.get(own) if own else None
        others = policy.migrates.others if policy and policy.migrates else ()
        if policy and policy.name != ref.name and not set(line).isdisjoint(others):
            yield policy

    def _versions_after(self, ref: PolicyRef) -> Iterator[Policy]:
        while True:
            heirs = [
                policy
                for policy in self.book.policies.values()
                if policy.name == ref.name
                and policy.version > ref.version
                and policy.effective <= self.as_of
                and policy.migrates
                and ref.version in policy.migrates.versions
            ]
            if not heirs:
                return
            heir = max(heirs, key=lambda policy: policy.version)
            yield heir
            ref = heir.ref


def effective_policies(
    book: PolicyBook, settings: Settings, as_of: date
) -> EffectivePolicies:
    """Work out which versions hold on a day."""
    current: dict[str, PolicyRef] = {}
    effective = {ref: policy.effective for ref, policy in book.policies.items()}
    for ref, day in {**book.broken, **effective}.items():
        highest = current.get(ref.name)
        if (day is None or day <= as_of) and (
            highest is None or highest.version < ref.version
        ):
            current[ref.name] = ref
    return EffectivePolicies(
        book, settings, as_of, current, _policy_by_segment(book, current)
    )


def _policy_by_segment(
    book: PolicyBook, current: Mapping[str, PolicyRef]
) -> dict[str, str]:
    """Map segments to policies; a segment that two policies claim has none."""
    serving: dict[str, str] = {}
    claimed_twice: set[str] = set()
    for name, ref in sorted(current.items()):
        policy = book.policies.get(ref)
        for segment in policy.segments if policy else ():
            if segment in serving:
                claimed_twice.add(segment)
            serving[segment] = name
    for segment in claimed_twice | book.broken_segments:
        serving.pop(segment, None)
    return serving
