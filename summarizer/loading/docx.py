"""DOCX: the words of its paragraphs and tables, in document order, to a Document without pages."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from summarizer.document import Document
from summarizer.errors import DamagedFile
from summarizer.loading.source import Limits, too_many_bytes
from summarizer.loading.text import document_of

if TYPE_CHECKING:
    from docx.document import Document as Package
    from lxml.etree import _Element as Element

_UNPACKED = 4
"""How many times ``Limits.max_bytes`` a DOCX may unpack to: XML packs well, an archive bomb far better."""
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT_BOX = qn("w:txbxContent")
_WORDS = qn("w:t")
_STANDS_FOR = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PASSED_OVER = frozenset(
    {qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:moveFrom")}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
"""Formatting, words that a tracked change took out, and the second copy of a drawing."""


def read_docx(name: str, data: bytes, sha256: str, limits: Limits) -> Document:
    """The words of ``data`` as a Document without pages.

    A paragraph is a line; a row of a table is a line with its cells apart by tabs. The page header comes first,
    once, since a letter may print its case number nowhere else.

    Raises:
        DamagedFile: the archive or its XML cannot be read.
        TooLarge: it unpacks to more than ``limits`` allow.
        EmptyInput: it has no words.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > limits.max_bytes * _UNPACKED:
                raise too_many_bytes(name, limits)
        package = docx.Document(io.BytesIO(data))
        lines = [*_header_lines(package), *_lines(package.element.body)]
    except (zipfile.BadZipFile, zlib.error, EOFError, OpcError, XMLSyntaxError, KeyError) as error:
        raise DamagedFile(name, "the DOCX is damaged or cut off", "get a whole copy of it") from error
    except (NotImplementedError, RuntimeError, ValueError) as error:
        raise DamagedFile(name, "not a DOCX that can be opened", "save it as DOCX or PDF again") from error
    return document_of(name, "\n".join(lines).replace("\f", "\n"), sha256)


def _header_lines(package: Package) -> list[str]:
    """Lines of the page headers, each once."""
    lines: dict[str, None] = {}
    for section in package.sections:
        first = [section.first_page_header] if section.different_first_page_header_footer else []
        for header in (*first, section.header):
            if not header.is_linked_to_previous:
                lines.update((line, None) for line in _lines(header._element) if line.strip())
    return list(lines)


def _lines(block: Element) -> Iterator[str]:
    """Lines of the paragraphs and tables in ``block``, whatever wraps them."""
    for child in block:
        if child.tag == _PARAGRAPH:
            boxes: list[Element] = []
            yield "".join(_words(child, boxes))
            for box in boxes:
                yield from _lines(box)
        elif child.tag == _TABLE:
            for row in child.iter(_ROW):
                if next(row.iterancestors(_TABLE)) is child:
                    yield _row(row)
        elif child.tag not in _PASSED_OVER:
            yield from _lines(child)


def _row(row: Element) -> str:
    """The cells of ``row`` apart by tabs, the lines in a cell apart by spaces."""
    cells = (cell for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW)) is row)
    return "\t".join(" ".join(filter(None, _lines(cell))) for cell in cells)


def _words(element: Element, boxes: list[Element]) -> Iterator[str]:
    """The words in ``element``; text boxes in it are put into ``boxes`` for later."""
    for child in element:
        if child.tag == _WORDS:
            yield child.text or ""
        elif child.tag in _STANDS_FOR:
            yield _STANDS_FOR[child.tag]
        elif child.tag == _TEXT_BOX:
            boxes.append(child)
        elif child.tag not in _PASSED_OVER:
            yield from _words(child, boxes)
