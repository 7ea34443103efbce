"""Loading: a PDF, a scanned PDF, a text file or a DOCX to a Document, with boxes while it is open.

``open_letter`` is the only way in. It works in the calling process and, since PDFium is not
thread-safe, in one thread at a time; ``summarizer.isolation`` runs it in processes of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from summarizer.document import OpenLetter
from summarizer.loading.formats import Format, format_of
from summarizer.loading.source import Limits, Source, discover

__all__ = ["Limits", "Source", "discover", "open_letter"]


@contextmanager
def open_letter(source: Source, limits: Limits = Limits()) -> Iterator[OpenLetter]:  # noqa: B008
    """Open ``source`` by its content, whatever its name ends in, and close it at the end of the ``with``.

    Ask for boxes only inside the ``with``; the Document may be kept.

    Raises:
        InputError: one of its kinds, with one line that says what is wrong with which input and what to do.
    """
    if source.text is not None:
        from summarizer.loading.text import document_of

        digest = hashlib.sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest()
        yield OpenLetter(document_of(source.name, source.text, digest))
        return
    data = source.read(limits)
    digest = hashlib.sha256(data).hexdigest()
    kind = format_of(source.name, data)
    if kind is Format.PDF:
        from summarizer.loading.pdf import open_pdf

        with open_pdf(source.name, data, digest, limits) as letter:
            yield letter
    elif kind is Format.DOCX:
        from summarizer.loading.docx import read_docx

        yield OpenLetter(read_docx(source.name, data, digest, limits))
    else:
        from summarizer.loading.text import read_text

        yield OpenLetter(read_text(source.name, data, digest))
