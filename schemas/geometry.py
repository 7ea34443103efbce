"""Where words stand on a page."""

from __future__ import annotations

from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""``(x0, y0, x1, y1)`` in points from the top left of the page after rotation."""
