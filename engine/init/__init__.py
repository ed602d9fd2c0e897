"""The first files of a user's own repository, and how they get into git."""

from goodterms.init.begin import FOR_GIT, InitResult, begin
from goodterms.init.files import for_editors, github_files, own_policy, readme
from goodterms.init.next_steps import left_to_do, refuse_ignored
from goodterms.init.places import TimeZoneError, time_zone
from goodterms.init.settings import InitAnswers, person_key, settings_text

__all__ = [
    "FOR_GIT",
    "InitAnswers",
    "InitResult",
    "TimeZoneError",
    "begin",
    "for_editors",
    "github_files",
    "left_to_do",
    "own_policy",
    "person_key",
    "readme",
    "refuse_ignored",
    "settings_text",
    "time_zone",
]
