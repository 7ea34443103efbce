"""``imr backfill``: letters by the thousand into a store; ``status``, ``failures`` and ``retry`` look after it."""

from __future__ import annotations

import typer
from typer.core import TyperGroup

from summarizer.cli.backfill.running import run
from summarizer.cli.backfill.standing import failures, retry, status

_RUN = "run"


class _RunUnlessNamed(TyperGroup):
    """``imr backfill letters/`` runs; a folder that is called as a subcommand is ``./status``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the name of the command that runs before arguments that begin with no other one's."""
        return super().parse_args(ctx, args if args and args[0] in self.commands else [_RUN, *args])


backfill = typer.Typer(cls=_RunUnlessNamed, help="Read letters by the thousand into a store, with nothing lost.")
backfill.command(_RUN, epilog="Also: imr backfill status | failures | retry (--help tells more).")(run)
for _command in (status, failures, retry):
    backfill.command()(_command)
