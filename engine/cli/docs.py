"""``goodterms docs``: the manual, as it was when this version was made."""

import click

from goodterms.cli.output import say
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError
from goodterms.workspace.bundled_files import shipped_files


@click.command(short_help="List the pages of the manual, or print one.")
@click.argument("page", required=False)
def command(page: str | None) -> int:
    """Print PAGE of the manual, or what there is to read."""
    pages = {
        name.removeprefix("docs/").removesuffix(".md"): text.decode()
        for name, text in shipped_files("docs")
    }
    if page is None:
        rows = (f"  {name:<10}{_title(text)}" for name, text in pages.items())
        say("\n".join(["Pages of the manual, for 'goodterms docs PAGE':", *rows]))
        return 0
    name = page.removeprefix("docs/").removesuffix(".md").lower()
    if name not in pages:
        hint = did_you_mean(name, pages) or "see 'goodterms docs'"
        raise RefusalError(f"the manual has no page '{page}'", hint)
    say(pages[name])
    return 0


def _title(text: str) -> str:
    return text.partition("\n")[0].lstrip("# ")
