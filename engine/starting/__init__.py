"""The first files of a user's own repository, and how they get into git."""

from engine.starting.begin import FOR_GIT, Began, begin
from engine.starting.files import for_editors, github_files, own_policy, readme
from engine.starting.places import TimeZoneError, time_zone
from engine.starting.settings import Start, person_key, settings_text
from engine.starting.to_do import left_to_do, refuse_ignored

__all__ = [
    "FOR_GIT",
    "Began",
    "Start",
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
