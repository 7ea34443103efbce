"""The codebook as one page: ``python -m evals.annotation.codebook`` writes ``CODEBOOK.md`` from the schemas.

Fields and codes with their rules stand in ``schemas``, where prompts and validators have them from; what is settled
beyond them stands in ``goldset/settled.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from evals.gold import GOLDSET, OF_A_READING
from schemas import (
    Category,
    Citation,
    Determination,
    DrugClass,
    InjuredWorker,
    Item,
    Medication,
    MistakeKind,
    Outcome,
    Priority,
    Reason,
    Reviewer,
    Sex,
)
from schemas.docstrings import attribute_docstrings
from schemas.taxonomy import CitationSource, Code

PAGE: Final = Path(__file__).parents[1] / "CODEBOOK.md"
_HEAD: Final = """# Codebook: how a determination is labeled

Written by `python -m evals.annotation.codebook` from the schemas; change those, not this page.

One JSON file per letter, named by the letter's file stem. A label says what the letter says, not what the annotator
thinks of it: read the whole letter first. Verbatim fields are copied character for character, line and page breaks
folded into single spaces; a hyphen at a line's end keeps the space behind it (`right- sided`). `imr eval label
LETTER` starts a label with every key there is, `imr eval label --check` holds labels against this page and their
letters.

A gold set is a folder with `labels/`, `letters/`, where somebody looked for them `contradictions/`, and `splits.toml`:

```toml
dev = ["stem", "stem"]
test = ["stem"]
```
"""
_MODELS: Final[dict[str, type[BaseModel]]] = {
    "The case": Determination,
    "`reviewer`": Reviewer,
    "`injured_worker`": InjuredWorker,
    "One entry of `items`, in the letter's order": Item,
    "`medication`, where the category is pharmaceutical": Medication,
    "One entry of `claims_administrator_guidelines` and `reviewer_guidelines`": Citation,
}
_CODES: Final[tuple[type[Code], ...]] = (
    Outcome,
    Category,
    DrugClass,
    Reason,
    CitationSource,
    Priority,
    Sex,
    MistakeKind,
)
_CONTRADICTIONS: Final = """## Contradictions
`contradictions/STEM.json` lists pairs of passages of one letter that cannot both be true of the case; `[]` is the
usual case, no file means that nobody looked. Each is `{"kind", "item", "a", "b", "material", "note"}`: a
`MistakeKind`, the index of the item from 0 or null, both passages verbatim, whether an attorney would raise it
because the decision leans on the wrong fact, and a remark. A guideline recital contradicts nothing, what changed
between two dates is no contradiction, and "no documentation of X" contradicts only a plain statement of X.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [_HEAD, *_fields(), *_codes(), _CONTRADICTIONS, (GOLDSET / "settled.md").read_text(encoding="utf-8")]
    return "\n".join(parts).rstrip() + "\n"


def _fields() -> Iterator[str]:
    for title, model in _MODELS.items():
        yield f"## {title}"
        yield _table("field", _of(model))


def _of(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    words = attribute_docstrings(model)
    return ((name, words[name]) for name in model.model_fields if name not in (*OF_A_READING, "schema_version"))


def _codes() -> Iterator[str]:
    for codes in _CODES:
        yield f"## Codes: {codes.__name__}"
        yield _table("code", ((code.value, code.rule) for code in codes))


def _table(first: str, rows: Iterator[tuple[str, str]]) -> str:
    lines = [f"| {first} | rule |", "|---|---|"]
    lines += [f"| `{name}` | {' '.join(rule.split()).replace('|', '/')} |" for name, rule in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
