"""Where people fill in forms, if there are any."""

import os
from collections.abc import Mapping
from pathlib import Path

from engine.forge.github.where import page_of
from engine.refusal import RefusalError
from engine.repo import open_repo
from engine.settings import Settings


def forms_page(
    settings: Settings, root: Path, env: Mapping[str, str] = os.environ
) -> str | None:
    """Return the page of the repository whose forms settle tasks.

    None where there are no forms, or where nobody can say which repository it is.
    """
    if settings.forge != "github":
        return None
    try:
        return page_of(env, open_repo(root))
    except RefusalError:
        return None
