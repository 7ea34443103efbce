"""The report of an evaluation run: one HTML page with tables and pictures that needs nothing but itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from evals.compare import Comparison, compare
from evals.figures import figures_of
from evals.report.about import facts_of, names_of, rows_of, told_of_comparison, told_of_run
from evals.report.changed import letters_changed, letters_wrong, summaries_changed
from evals.report.costs import costs
from evals.report.pictures import Named, confusions, fields, scattered
from evals.report.places import places
from evals.report.table import WIDTH, alone, by_name, compared
from evals.report.words import shown
from evals.run_file import Run

_HERE: Final = Path(__file__).parent


def report(run: Run, against: Run | None = None, others: Sequence[Run] = (), *, show_test: bool = False) -> str:
    """One self-contained page of ``run``: alone with its differences from the labels, or ``against`` a base.

    ``others`` stand in the picture of cost and accuracy only. The page asks the network for nothing, holds no script,
    and its Content-Security-Policy allows its own style alone, by its hash. It holds words of the letters, as text;
    those of test letters only where ``show_test``.

    Raises:
        RunsDiffer: ``against`` is over other letters or labels.
    """
    held = [one for one in (against, run, *others) if one is not None]
    names = names_of(held)
    comparison = None if against is None else compare(against, run, files=(names[0], names[1]), show_test=show_test)
    every: Named = [(name, one, by_name(figures_of(one))) for name, one in zip(names, held, strict=True)]
    both = every[: 1 if against is None else 2]
    style = "\n" + (_HERE / "style.css").read_text(encoding="utf-8")
    values = _compared(comparison, both) if comparison else _alone(both, show_test=show_test)
    new = both[-1]
    picture, left_out = costs(every, run, based=against is not None)
    return _template().render(
        **values,
        names=[name for name, _, _ in both],
        facts=list(rows_of([facts_of(one, figures) for _, one, figures in both])),
        families=list(fields(both)),
        confusions=list(confusions(run, against)),
        places=list(places(both)),
        costs=picture,
        costs_told=left_out if others else "",
        repeats=scattered(run, new[2]),
        judges=_judges(both),
        style=style,
        policy=f"default-src 'none'; style-src {_hash(style)}; base-uri 'none'; form-action 'none'",
        width=WIDTH,
    )


def _alone(runs: Named, *, show_test: bool) -> dict[str, object]:
    """What the page says of a run alone."""
    ((_, run, figures),) = runs
    letters, rest = letters_wrong(run, show_test=show_test)
    return {
        "told": told_of_run(run, figures),
        "table": alone(run, list(figures.values())),
        "comparison": None,
        "letters": letters,
        "letters_rest": rest,
        "summaries": (),
        "summaries_rest": 0,
    }


def _compared(comparison: Comparison, runs: Named) -> dict[str, object]:
    """What the page says of two runs."""
    (base_name, base, before), (new_name, run, after) = runs
    letters, rest = letters_changed(run, comparison)
    summaries, more = summaries_changed(comparison)
    return {
        "told": told_of_comparison(comparison, (base_name, new_name), before, after),
        "table": compared(comparison, (base, run), before, after),
        "comparison": comparison,
        "letters": letters,
        "letters_rest": rest,
        "summaries": summaries,
        "summaries_rest": more,
    }


def _judges(runs: Named) -> list[tuple[str, str]]:
    """By run, how far its judge agrees with the ratings made by hand."""
    return [(name, shown(str(run.judge["agreement"]))) for name, run, _ in runs if run.judge.get("agreement")]


@cache
def _template() -> Template:
    """The page with every value escaped and a missing one refused."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2")


def _hash(asset: str) -> str:
    """``asset`` as a Content-Security-Policy source."""
    return f"'sha256-{b64encode(sha256(asset.encode()).digest()).decode()}'"
