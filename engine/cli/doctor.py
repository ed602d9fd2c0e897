"""``goodterms doctor``: say whether everything is set up."""

import os

import click

from goodterms.cli.environment import find_root, open_workspace, read_clock
from goodterms.cli.output import add_summary, in_actions, say


@click.command(short_help="Say whether all is set up, and how to mend what is not.")
@click.pass_context
def command(ctx: click.Context) -> int:
    """Look at files, git, channels, and with 'forge: github' at the repository.

    Each line says ok, broken, mind or unknown, and what to do. A branch is pushed
    and deleted again, to see whether that works; nothing else is changed. Exit 1:
    something is broken.
    """
    from goodterms.doctor import DoctorContext, examine  # noqa: PLC0415 - start fast
    from goodterms.git import open_repo  # noqa: PLC0415 - as above

    root = find_root(ctx)
    workspace, problems = open_workspace(root)
    repo = open_repo(root)
    context = DoctorContext(workspace, problems, repo, os.environ, read_clock())
    checks = []
    for check in examine(context):
        say(str(check))
        checks.append((check.state, check.subject, check.words))
    if in_actions():
        from goodterms.views import doctor_summary  # noqa: PLC0415 - start fast

        add_summary(doctor_summary(checks))
    return 1 if any(state == "broken" for state, _, _ in checks) else 0
