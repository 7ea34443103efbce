"""``imr backfill``: letters by the thousand into a store; ``status``, ``failures`` and ``retry`` look after it."""

from __future__ import annotations

import re
from typing import Any, Final

import typer
from typer.core import TyperGroup

from summarizer.cli.backfill.running import GIVEN, LOCAL_RAY, run
from summarizer.cli.backfill.standing import failures, retry, status

_RUN: Final = "run"
_RAY: Final = "--ray"
_CLUSTER: Final = re.compile(r"auto|ray://.+|[\w.-]+:\d+")


class _RunUnlessNamed(TyperGroup):
    """``imr backfill letters/`` runs; a folder that is called as a subcommand is ``./status``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the name of the command that runs before arguments that begin with no other one's."""
        ctx.meta[GIVEN] = list(args)
        return super().parse_args(ctx, args if args and args[0] in self.commands else [_RUN, *_with_ray(args)])

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> tuple[str | None, Any, list[str]]:  # type: ignore[override]
        """The command that runs has no name that anybody types, so its usage shows none."""
        name, command, rest = super().resolve_command(ctx, args)
        return None if name == _RUN else name, command, rest


def _with_ray(args: list[str]) -> list[str]:
    """``args``, where ``--ray`` without an address of a cluster behind it means one of its own on this machine."""
    following = [*args[1:], ""]
    return [
        f"{_RAY}={LOCAL_RAY}" if one == _RAY and not _CLUSTER.fullmatch(after) else one
        for one, after in zip(args, following, strict=True)
    ]


backfill = typer.Typer(cls=_RunUnlessNamed, help="Read letters by the thousand into a store, with nothing lost.")
backfill.command(_RUN, epilog="Also: imr backfill status | failures | retry (--help tells more).")(run)
for _command in (status, failures, retry):
    backfill.command()(_command)
