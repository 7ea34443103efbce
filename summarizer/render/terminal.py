"""The sheet on a terminal, or piped as plain text: one page, aligned labels, a page number for each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from schemas import Outcome, Status
from summarizer.render import words
from summarizer.render.paper import paper
from summarizer.render.phrases import quoted
from summarizer.render.sheet import Check, Fact, ItemSheet, Place, Sheet, joined

PLAIN_WIDTH = 80
"""Columns of output that is no terminal."""
_NUMBER = 2
_LABEL = 12
_PROOF = 10
_COLORS = {Outcome.UPHELD: "red", Outcome.OVERTURNED: "green", Outcome.MODIFIED: "yellow"}
_LONG = 240
"""Characters of one quoted passage."""
_TABLE_FROM = 4
"""Items from which a table of all of them comes first, and each item says less."""
_ASCII = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "·": "-", "–": "-"})


def render(sheet: Sheet, width: int = PLAIN_WIDTH, *, styled: bool = False, symbols: bool = True) -> str:
    """Set ``sheet`` in ``width`` columns.

    ``styled`` adds ANSI codes (colors follow ``NO_COLOR``); ``symbols=False`` keeps the sheet's own
    signs in ASCII, for streams that cannot show others. Lines have no trailing spaces when not styled.
    """
    console, out = paper(width, styled=styled)
    for part in _Setter(sheet, symbols).parts():
        console.print(part)
    text = out.getvalue()
    if not symbols:
        text = text.translate(_ASCII)
    return text if styled else "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


class _Setter:
    """Sets one sheet."""

    def __init__(self, sheet: Sheet, symbols: bool) -> None:
        self.sheet = sheet
        self.symbols = symbols
        self.many = len(sheet.items) >= _TABLE_FROM

    def parts(self) -> Iterator[RenderableType]:
        """Everything in the order it is read."""
        yield from self.head()
        if self.many:
            yield ""
            yield self.table()
        for item in self.sheet.items:
            yield ""
            yield from self.item(item)
        if self.sheet.case:
            yield ""
            yield self.section("The case")
            yield self.lines(self.sheet.case)
        yield ""
        yield self.section("What a person should check")
        yield from self.checks()
        yield from self.foot()

    def head(self) -> Iterator[RenderableType]:
        """Which case, when decided, how many items and outcomes."""
        sheet = self.sheet
        decided = f"decided {sheet.decision_date.text}" if sheet.decision_date else "no decision date printed"
        line = Table.grid(expand=True, padding=(0, 2))
        line.add_column(overflow="fold")
        line.add_column(justify="right")
        line.add_row(Text(sheet.title, "bold"), Text(decided, "bold"))
        yield line
        under = Table.grid(expand=True, padding=(0, 2))
        under.add_column(overflow="fold")
        under.add_column(justify="right")
        under.add_row(
            Text(sheet.source if sheet.case_number else "no case number printed", "dim"),
            Text(sheet.priority.text if sheet.priority else "", "dim"),
        )
        yield under
        yield ""
        yield Text(sheet.headline, "bold")
        if sheet.to_check:
            yield Text(f"! {sheet.to_check} (see the end)", "yellow")

    def table(self) -> RenderableType:
        """All items, a line or two each."""
        table = Table.grid(expand=True, padding=(0, 2, 0, 0))
        table.add_column(justify="right", style="dim")
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, overflow="fold")
        table.add_column(no_wrap=True, style="dim", justify="right")
        for item in self.sheet.items:
            pages = item.outcome.pages or item.treatment.pages
            table.add_row(str(item.number), self.outcome(item), quoted(item.treatment.text, 120), pages)
        return table

    def item(self, item: ItemSheet) -> Iterator[RenderableType]:
        """One item: treatment, outcome, why, the guideline and the words that prove it."""
        head = Text(item.treatment.text, "bold")
        if item.before:
            head.append(f" ({item.treatment.label.lower()})", "dim not bold")
        grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
        grid.add_column(min_width=_NUMBER, style="dim")
        grid.add_column(ratio=1, overflow="fold")
        grid.add_column(width=_PROOF, justify="right")
        grid.add_row(str(item.number), head, self.proof(item.treatment))
        yield grid
        yield self.lines(item.before)
        yield self.lines([item.outcome], said=self.outcome(item).append(f": {_meaning(item)}", "not bold"))
        facts = [item.why] if item.why else []
        facts += joined(item.reasons)
        facts += item.decided_by if not self.many else item.decided_by[:2]
        facts += item.denied_by if not self.many else ()
        yield self.lines(facts)
        if item.quotes:
            yield self.lines(item.quotes[: 1 if self.many else None], quote=True)
        elif item.rationale:
            yield self.lines([_shortened(item.rationale)], quote=True)
        yield self.lines([item.kind])

    def outcome(self, item: ItemSheet) -> Text:
        """Symbol and word of an outcome."""
        sign = words.OUTCOMES[item.decided]
        return Text(f"{self.symbol(sign)} {sign.word}", f"bold {_COLORS[item.decided]}")

    def symbol(self, sign: words.Sign) -> str:
        """The symbol, in ASCII where nothing else can be shown."""
        return sign.symbol if self.symbols else sign.plain

    def section(self, title: str) -> RenderableType:
        """A heading."""
        return Text(title, "bold")

    def lines(self, facts: Sequence[Fact], *, quote: bool = False, said: Text | None = None) -> RenderableType:
        """Facts as label, value (or ``said`` in its place) and proof; a label that repeats is said once."""
        grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
        grid.add_column(width=_NUMBER)
        grid.add_column(width=_LABEL, style="cyan", overflow="fold")
        grid.add_column(ratio=1, overflow="fold")
        grid.add_column(width=_PROOF, justify="right")
        for label, group in groupby(facts, key=lambda fact: fact.label):
            for number, fact in enumerate(group):
                value = said or Text(f"“{fact.text}”" if quote else fact.text)
                grid.add_row("", label if number == 0 else "", value, self.proof(fact))
        return grid

    def proof(self, fact: Fact) -> Text:
        """How well a fact is proven and where: ``✓ p. 3``."""
        if fact.status is None:
            return Text(fact.pages, "dim")
        sign = words.STATUSES[fact.status]
        style = "yellow" if fact.status is Status.UNVERIFIED else "dim"
        return Text(f"{self.symbol(sign)} {fact.pages}".rstrip(), style)

    def checks(self) -> Iterator[RenderableType]:
        """What a person should check, each with the places to look at."""
        if not self.sheet.checks:
            yield Padding("Nothing was flagged.", (0, 0, 0, 3))
        for check in self.sheet.checks:
            yield self.check(check)

    def check(self, check: Check) -> RenderableType:
        """One flag: what, where, and both places quoted."""
        title = Text.assemble(("!  ", "bold yellow"), (check.title, "bold"), (f", {check.about}", "dim"))
        message = Text(check.message)
        if check.material:
            message = Text.assemble(("It seems to bear on the decision. ", "yellow"), message)
        grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True, style="dim", min_width=5)
        grid.add_column(ratio=1, overflow="fold")
        for place in check.places:
            grid.add_row(_page(place), Text(f"“{quoted(place.words, _LONG)}”" if place.words else "", "italic"))
        return Group(title, Padding(message, (0, 0, 0, 3)), Padding(grid, (0, 0, 0, 3)))

    def foot(self) -> Iterator[RenderableType]:
        """How much is proven, what the signs mean, who judged and what that cost."""
        proof, judged = self.sheet.proof, self.sheet.judged
        if not proof and not judged:
            return
        yield ""
        yield Rule(characters="─" if self.symbols else "-", style="dim")
        if proof:
            told = (
                f"{self.symbol(sign)} {proof[status]} {sign.word} ({sign.meaning})"
                for status, sign in words.STATUSES.items()
            )
            yield Text(f"{words.count(sum(proof.values()), 'field')}: {', '.join(told)}", "dim")
        if judged:
            yield Text(judged, "dim")


def _meaning(item: ItemSheet) -> str:
    return words.OUTCOMES[item.decided].meaning


def _page(place: Place) -> str:
    return f"p. {place.page}" if place.page is not None else "-"


def _shortened(fact: Fact) -> Fact:
    return fact._replace(text=quoted(fact.text, _LONG))
