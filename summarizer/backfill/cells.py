"""Cells of a CSV file that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from typing import Final

_LIKE_A_FORMULA: Final = re.compile(r"[\s\"'\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r＝＋－＠]")
"""Signs that start a formula, also behind what spreadsheets skip, as OWASP's page on CSV injection lists them."""


def safe_cell(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet could take it for a formula, else as it is.

    Taking one apostrophe off a cell for which this would add one gives the text back. Numbers are to be written as
    they are: a negative one would get an apostrophe too.
    """
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text
