"""Attribute docstrings: the string literal under a field, read from the source when it is asked for."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path


def attribute_docstrings(cls: type) -> dict[str, str]:
    """Field name to its docstring as one line, of ``cls`` and its bases, the nearest class first.

    Empty for a class without a source file, such as one made at the prompt.
    """
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        found |= _of_module(base.__module__).get(base.__qualname__, {})
    return found


@cache
def _of_module(module: str) -> dict[str, dict[str, str]]:
    """Attribute docstrings of every class of a loaded module, by the class's qualified name."""
    source = getattr(sys.modules.get(module), "__file__", None)
    if source is None or not source.endswith(".py"):
        return {}
    found: dict[str, dict[str, str]] = {}
    _collect(ast.parse(Path(source).read_text(encoding="utf-8")).body, "", found)
    return found


def _collect(body: list[ast.stmt], prefix: str, found: dict[str, dict[str, str]]) -> None:
    """Add the classes of ``body`` to ``found``, those inside classes and functions too."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            name = prefix + statement.name
            found[name] = dict(_docstrings(statement.body))
            _collect(statement.body, f"{name}.", found)
        elif isinstance(statement, ast.FunctionDef):
            _collect(statement.body, f"{prefix}{statement.name}.<locals>.", found)


def _docstrings(body: list[ast.stmt]) -> list[tuple[str, str]]:
    """Name and docstring of every annotated attribute that a string literal follows."""
    pairs = []
    for attribute, below in pairwise(body):
        match attribute, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as words)):
                pairs.append((name, " ".join(inspect.cleandoc(words).split())))
    return pairs
