"""An Altair chart as SVG that stands inside a page: no script, no style, nothing asked of the network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from lxml import etree
from markupsafe import Markup

if TYPE_CHECKING:
    import altair as alt

FONT: Final = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
"""Fonts that machines have; the page's own style uses the same."""
INK, MUTED, LINE = (f"var(--{name})" for name in "ink muted line".split())
"""Colors by the page's own names, so that a chart follows it into the dark and onto paper."""

ROWS: Final = "rows"
"""Name of the data that a chart is drawn from."""
_NAMESPACE: Final = re.compile(r"\{[^}]*\}")
_KEPT: Final = frozenset(
    "x x1 x2 y y1 y2 cx cy r rx ry d width height viewBox transform points id clip-path fill fill-opacity opacity "
    "stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit "
    "text-anchor font-size font-weight font-style".split()
)
"""Attributes of the drawing itself: what Vega adds for scripts and readers of single marks would only be noise."""
_EMPTY: Final = frozenset({"", "M0,0h0v0h0Z"})
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def drawn(
    chart: alt.TopLevelMixin,
    rows: Sequence[Mapping[str, object]],
    name: str,
    title: str,
    description: str,
    *,
    right: int = 44,
) -> Markup:
    """``chart`` of ``rows`` as one ``<svg>``, for a screen reader a picture with ``title`` and ``description``.

    ``name`` is unique in the page: every id in the picture begins with it. ``right`` is room in pixels on that side.
    """
    import vl_convert

    spec = chart.to_dict(validate=False)
    spec |= {"config": _config(right), "datasets": {ROWS: list(rows)}}
    root = etree.fromstring(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode(), _PARSER)
    for element in list(root.iter()):
        _clean(element, name)
    for at, (tag, text) in enumerate((("title", title), ("desc", description))):
        told = etree.Element(tag, id=f"{name}-{tag}")
        told.text = text
        root.insert(at, told)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    root.set("font-family", FONT)
    etree.cleanup_namespaces(root)
    # Every text in it was escaped by the serializer.
    return Markup(etree.tostring(root, encoding="unicode"))


def _clean(element: etree._Element, name: str) -> None:
    """Strip what a page does not need of ``element``, or all of it where it draws nothing."""
    parent = element.getparent()
    element.tag = _NAMESPACE.sub("", str(element.tag))
    idle = element.tag == "path" and element.get("d", "") in _EMPTY
    if parent is not None and (idle or element.get("display") == "none"):
        parent.remove(element)
        return
    for attribute in list(element.attrib):
        key = str(attribute)
        if key not in _KEPT or (key == "opacity" and element.get(key) == "1"):
            del element.attrib[attribute]
    if "id" in element.attrib:
        element.set("id", f"{name}-{element.get('id')}")
    if "clip-path" in element.attrib:
        element.set("clip-path", str(element.get("clip-path")).replace("url(#", f"url(#{name}-"))


def _config(right: int) -> dict[str, object]:
    """The look of every chart."""
    text = {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": 400}
    return {
        "background": "transparent",
        "padding": {"left": 4, "top": 4, "right": right, "bottom": 4},
        "font": FONT,
        "view": {"stroke": None, "fill": None},
        "axis": {**text, "gridColor": LINE, "domainColor": MUTED, "tickColor": MUTED, "labelLimit": 320},
        "header": {**text, "labelFontWeight": 600, "labelAnchor": "start", "labelLimit": 250, "labelPadding": 2},
        "legend": {"labelColor": INK, "labelFontSize": 11, "columnPadding": 40},
        "text": {"color": INK, "fontSize": 11},
        "facet": {"spacing": 14},
        "rule": {"color": MUTED},
    }
