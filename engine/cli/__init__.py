"""The command line: one file per command, loaded when it is asked for."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click

from goodterms import __version__
from goodterms.cli.output import complain, say
from goodterms.model.problem import did_you_mean
from goodterms.model.refusal import RefusalError


class Commands(click.Group):
    """Every module of this package that holds a ``command`` is one.

    A module's name is the command's, with dashes for underscores; one at the
    end (``import_``) only keeps Python happy.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands there are, in alphabetical order."""
        return [name for name in sorted(_modules()) if self.get_command(ctx, name)]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Load one command, and no other."""
        module = _modules().get(name)
        if module is None:
            return None
        found = getattr(import_module(module), "command", None)
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that *args* begin with, or say which was meant."""
        if self.get_command(ctx, args[0]) is None:
            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise RefusalError(
                f"no such command '{args[0]}'", hint or "see 'goodterms --help'"
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a reader of its output who has seen enough is no error."""
        try:
            done: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python must not try to write the rest when it exits.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return done


def _modules() -> dict[str, str]:
    return {
        found.name.rstrip("_").replace("_", "-"): f"{__name__}.{found.name}"
        for found in iter_modules(__path__)
    }


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Folder with goodterms.yaml.  [default: the nearest one upwards]",
)
@click.version_option(__version__, prog_name="goodterms")
@click.pass_context
def cli(ctx: click.Context, root: Path | None) -> None:
    """Get overdue invoices paid and keep the customer."""
    ctx.obj = root
    if ctx.invoked_subcommand is None:
        say(ctx.get_help())


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback reaches a user.

    0 done, 1 problems found, 2 usage, 3 brake or stale data, 4 stale plan or
    race lost, 5 waits for a person, 70 a bug.
    """
    try:
        done = cli.main(args, prog_name="goodterms", standalone_mode=False)
    except RefusalError as refusal:
        return complain(str(refusal), refusal.code)
    except click.ClickException as error:
        return complain(_sentence(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return complain("interrupted", 1)
    except Exception as bug:  # noqa: BLE001 - the one door out: no traceback
        return complain(_bug(bug), 70)
    return done if isinstance(done, int) else 0


def _sentence(error: click.ClickException) -> str:
    text = error.format_message().rstrip(".")
    told = (text[:1].lower() + text[1:]).replace(". Did you", "; did you")
    context = getattr(error, "ctx", None)
    if "; did you" in told or not isinstance(context, click.Context):
        return told
    return f"{told}; see '{context.command_path} --help'"


def _bug(bug: Exception) -> str:
    place, trace = "", bug.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if Path(code.co_filename).is_relative_to(Path(__file__).parents[1]):
            place = f" at {Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"goodterms {__version__} has a bug{place}: {type(bug).__name__}: {bug};"
        " please report it with the command that you ran"
    )
