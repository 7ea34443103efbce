"""Labels held against the schema, in the codebook's terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from evals.annotation.check.problem import Problem
from evals.gold import dotted
from schemas import Determination

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_CODE: Final = re.compile(r"[\w ./-]{1,40}")


def schema_problems(values: object) -> tuple[Problem, ...]:
    """What keeps ``values`` from being a Determination: every field at once, an unknown code with those like it."""
    try:
        Determination.model_validate(values)
    except ValidationError as error:
        return tuple(map(_of_schema, error.errors(include_url=False)))
    return ()


def _of_schema(error: ErrorDetails) -> Problem:
    field, given = dotted(error["loc"]) or None, error["input"]
    if given is None and error["type"] != "missing":
        return Problem(field, "is not filled in", "see the codebook for its values")
    if error["type"] == "missing":
        return Problem(field, "is missing", "add it; see the codebook for its values")
    if error["type"] == "extra_forbidden":
        return Problem(field, "is no field of a label", "remove it, or mend its name")
    if error["type"] == "enum" and isinstance(given, str):
        codes = re.findall(r"'([^']+)'", str(error.get("ctx", {}).get("expected", "")))
        shown = f" {given!r}" if _CODE.fullmatch(given) else ""
        near = get_close_matches(given.lower(), codes, 3, 0.5) or codes
        return Problem(field, f"is the unknown code{shown}", f"use {_either(near)}")
    return Problem(field, error["msg"][:1].lower() + error["msg"][1:], "see the codebook")


def _either(codes: Sequence[str]) -> str:
    return ", ".join(codes[:-1]) + f" or {codes[-1]}" if len(codes) > 1 else "".join(codes) or "one of the codebook"
