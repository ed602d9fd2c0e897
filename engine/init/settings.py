"""The first goodterms.yaml: report-only, every part in its place."""

from dataclasses import dataclass

from goodterms.importers.cells import CellError, read_id
from goodterms.init.places import examples
from goodterms.load.value_readers import name
from goodterms.yaml.canonical_writer import scalar

#: Who nobody has named yet; ``doctor`` asks for them.
NOBODY = "Your Name"

_SETTINGS = """\
# yaml-language-server: $schema=schemas/settings.schema.json
# The settings of Good Terms; this file marks the root of the repository.
creditor:
  name: {name}
  # address: [Street and number, Postcode and town]
  country: {country}
  timezone: {timezone}
  language: {language}                 # of customers who name none: en or de
  email: {email}
  # phone: "{phone}"
  # bank: {bank}
people:                              # who leaves the firm stays here: records name them
  {key}: {{name: {person}, email: {email}}}
  colleague: {{name: Your Colleague, email: {email}}}
teams: {{finance-leads: [{key}, colleague]}}   # who may approve; triage asks for two
partners:                            # the options of triage in the policy name them
  agency: {{kind: agency, name: Your Collection Agency, fee_percent: 25}}
  {counsel_key}: {{kind: lawyer, name: Your {counsel}}}
segments: {{default: standard}}        # of an account that names none
owner: {key}                            # looks after accounts that name nobody
forge: local
channels: {{email: outbox, letter: outbox, sms: outbox, phone: outbox}}
brakes: {{messages: 200, share: 0.3, proposals: 20}}
mode: report                         # run: when the plan has read well for some days
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitAnswers:
    """What a new repository must know about its owner."""

    name: str
    email: str
    country: str
    timezone: str
    language: str
    person: str

    @property
    def counsel_key(self) -> str:
        """What the settings and the policy call who goes to court for the firm."""
        return examples(self.country).counsel.lower()


def settings_text(start: InitAnswers) -> str:
    """Write the first goodterms.yaml, with examples as they look in its country."""
    usual = examples(start.country)
    return _SETTINGS.format(
        name=scalar(start.name),
        email=scalar(start.email),
        country=scalar(start.country),
        timezone=scalar(start.timezone),
        language=start.language,
        person=scalar(start.person),
        key=scalar(person_key(start.person)),
        phone=usual.phone,
        bank=usual.bank,
        counsel=usual.counsel,
        counsel_key=start.counsel_key,
    )


def person_key(person: str) -> str:
    """Return what records call a person: the first name; ``me`` where nobody is named.

    ``colleague`` is taken, by the example of a second person.
    """
    first = "" if person == NOBODY else person.strip().partition(" ")[0]
    try:
        key = name(read_id(first).lower())
    except (CellError, ValueError):
        return "me"
    return "me" if key == "colleague" else key
