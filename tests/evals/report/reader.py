"""A page as a browser takes it: elements with their attributes, and the cells of its tables."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "br", "col", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """Every element, every text, and whether what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.open), data))
        if self.rows and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    def of(self, tag: str) -> list[dict[str, str]]:
        """Attributes of every element of this kind."""
        return [held for name, held in self.elements if name == tag]

    def said(self, tag: str) -> list[str]:
        """Texts directly or deeper in elements of this kind."""
        return [text for path, text in self.texts if tag in path and text.strip()]

    @property
    def text(self) -> str:
        """All that is read."""
        return " ".join(" ".join(text for path, text in self.texts if "style" not in path).split())

    def row(self, first: str) -> list[str]:
        """The cells of the only row of several that begins with ``first``."""
        (found,) = [row for row in self.rows if len(row) > 1 and row[0] == first]
        return [" ".join(cell.split()) for cell in found]
