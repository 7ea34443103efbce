"""The options that say which model is asked and what it may cost, the same for every command that asks one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from summarizer.engine import Engine, engine_by_default
from summarizer.errors import ModelMisconfigured

if TYPE_CHECKING:
    from summarizer.llm.settings import ModelSettings

_PANEL = "Model"

EngineName: TypeAlias = Annotated[
    Engine | None,
    typer.Option("--engine", help="Who makes the judgments; hybrid where OPENAI_API_KEY is set, else rules."),
]
ModelName: TypeAlias = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="Name of the model.", rich_help_panel=_PANEL)
]
BaseUrl: TypeAlias = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="OpenAI-compatible server.", rich_help_panel=_PANEL),
]
PromptName: TypeAlias = Annotated[
    str | None,
    typer.Option("--prompt", metavar="NAME@vN", help="Prompt; without @vN its newest version.", rich_help_panel=_PANEL),
]
Temperature: TypeAlias = Annotated[
    float | None, typer.Option(min=0.0, max=2.0, help="Sent where given.", rich_help_panel=_PANEL)
]
Concurrency: TypeAlias = Annotated[
    int | None, typer.Option(min=1, help="Requests under way at once.", rich_help_panel=_PANEL)
]
RequestsPerMinute: TypeAlias = Annotated[
    float | None, typer.Option("--rpm", min=0.001, help="Requests a minute.", rich_help_panel=_PANEL)
]
TokensPerMinute: TypeAlias = Annotated[
    float | None, typer.Option("--tpm", min=1, help="Tokens a minute.", rich_help_panel=_PANEL)
]
MaxCost: TypeAlias = Annotated[
    float | None, typer.Option(min=0.0, metavar="DOLLARS", help="Most that this run may cost.", rich_help_panel=_PANEL)
]
Price: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="IN/OUT",
        help="Dollars a million tokens, as 0.25/2 or with cached ones 0.25/0.025/2.",
        rich_help_panel=_PANEL,
    ),
]
Window: TypeAlias = Annotated[
    int | None, typer.Option(min=1, metavar="TOKENS", help="Tokens that fit the model.", rich_help_panel=_PANEL)
]
Room: TypeAlias = Annotated[
    int | None,
    typer.Option("--max-output", min=1, metavar="TOKENS", help="Room for an answer.", rich_help_panel=_PANEL),
]
Patience: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--timeout", min=0.1, metavar="SECONDS", help="For one attempt; 180 by default.", rich_help_panel=_PANEL
    ),
]
Effort: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--reasoning-effort", metavar="LEVEL", help="How long a reasoning model thinks, as low.", rich_help_panel=_PANEL
    ),
]
UseCache: TypeAlias = Annotated[
    bool, typer.Option("--cache/--no-cache", help="Use and keep answers already paid for.", rich_help_panel=_PANEL)
]


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What was given on the command line; ``None`` is not given."""

    model: str | None = None
    base_url: str | None = None
    prompt: str | None = None
    temperature: float | None = None
    concurrency: int | None = None
    rpm: float | None = None
    tpm: float | None = None
    max_cost: float | None = None
    price: str | None = None
    window: int | None = None
    room: int | None = None
    timeout: float | None = None
    reasoning_effort: str | None = None
    cache: bool = True

    @property
    def named(self) -> bool:
        """Whether a model or a server was chosen by name."""
        return self.model is not None or self.base_url is not None

    @property
    def any_given(self) -> bool:
        """Whether anything about a model was given."""
        return self != ModelOptions(cache=self.cache)

    def settings(self, *, sending: bool = True) -> ModelSettings:
        """The settings, with the environment's where nothing was given; without ``sending`` no key is needed.

        Raises ``typer.BadParameter``.
        """
        from summarizer.llm.prompts import PromptError, prompt_for
        from summarizer.llm.settings import NO_KEY, Timeouts, settings_from

        try:
            settings = settings_from(
                api_key=None if sending else NO_KEY,
                model=self.model,
                base_url=self.base_url,
                prompt=self.prompt,
                temperature=self.temperature,
                concurrency=self.concurrency,
                requests_per_minute=self.rpm,
                tokens_per_minute=self.tpm,
                max_cost_usd=self.max_cost,
                prices=self.price,
                window_tokens=self.window,
                max_output_tokens=self.room,
                timeouts=None if self.timeout is None else Timeouts(silence=self.timeout, attempt=self.timeout),
                reasoning_effort=self.reasoning_effort,
                cache=None if self.cache else "off",
            )
            prompt_for(settings.prompt, "LetterJudgement")  # before a letter is read for it
        except (ModelMisconfigured, PromptError) as error:
            raise typer.BadParameter(str(error)) from None
        return settings


def engine_of(asked: Engine | None, options: ModelOptions) -> Engine:
    """The engine that was named; else ``hybrid`` where a key is set or a model was named, else ``rules``."""
    if asked is not None:
        return asked
    return Engine.HYBRID if options.named else engine_by_default()
