"""``imr prompts``."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from summarizer.llm.cost import tokens_in
from summarizer.llm.prompts import difference, every_prompt, load_prompt

Wanted = Annotated[str, typer.Argument(metavar="NAME[@vN]", help="A prompt; its newest version where none is named.")]

prompts = typer.Typer(no_args_is_help=True, help="List, show and compare the prompts that a model is asked by.")

_COLORS = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}


@prompts.command("list")
def list_prompts() -> None:
    """List every version: name, first digits of the file's SHA-256, tokens (an estimate), what changed and why."""
    for prompt in every_prompt():
        tokens = f"~{tokens_in(prompt.text):,} tokens"
        typer.echo(f"{prompt.label:<24}{prompt.sha256[:12]}  {tokens:>14}  {prompt.changed}")


@prompts.command()
def show(
    prompt: Wanted,
    rendered: Annotated[
        bool, typer.Option("--rendered", help="As it is sent, with codes and rules filled in; else as it is written.")
    ] = False,
) -> None:
    """Show a prompt: the part of a request that is the same for every letter."""
    found = load_prompt(prompt)
    typer.echo(found.text if rendered else found.body)


@prompts.command()
def diff(
    one: Annotated[str, typer.Argument(metavar="NAME@vN", help="The version before.")],
    other: Annotated[str, typer.Argument(metavar="NAME@vM", help="The version after.")],
    rendered: Annotated[
        bool, typer.Option("--rendered", help="Compare what is sent instead of what is written.")
    ] = False,
) -> None:
    """Compare two prompts line by line; prints nothing where they are the same."""
    plain = False if os.environ.get("NO_COLOR") else None
    for line in difference(load_prompt(one), load_prompt(other), rendered=rendered):
        typer.secho(line, fg=_COLORS.get(line[:1]), color=plain)
