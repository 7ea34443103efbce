"""What a file is, by its content: the name's ending proves nothing."""

from __future__ import annotations

from enum import Enum

from summarizer.errors import PasswordNeeded, UnknownFormat

PDF_MARK = b"%PDF-"
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCX_PART = b"word/"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
_NOT_LETTERS = (
    (b"{\\rtf", "an RTF file"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"\x89png\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"ii*\x00", "a picture"),
    (b"mm\x00*", "a picture"),
)
_REMEDY = "give a PDF, a DOCX or a text file"


class Format(Enum):
    """The kinds of file that are read."""

    PDF = "pdf"
    DOCX = "docx"
    TEXT = "text"


def format_of(name: str, data: bytes) -> Format:
    """The format of ``data`` by its first bytes; what is not known to be something else is taken for text.

    A PDF's mark may stand anywhere in the first 1,024 bytes, as readers of PDF allow.

    Raises:
        UnknownFormat: a format that is known and not read.
        PasswordNeeded: an encrypted Office file.
    """
    if PDF_MARK in data[:1024]:
        return Format.PDF
    if data.startswith(ZIP_MARK):
        if _DOCX_PART in data:
            return Format.DOCX
        raise UnknownFormat(name, "a ZIP archive, not a DOCX", _REMEDY)
    if data.startswith(OLE_MARK):
        if _ENCRYPTED_PART in data:
            raise PasswordNeeded(name, "the document opens only with a password", "save a copy without one")
        raise UnknownFormat(name, "a file of an older Office program", "save it as DOCX or PDF")
    start = data[:64].lstrip().lower()
    for mark, what in _NOT_LETTERS:
        if start.startswith(mark):
            raise UnknownFormat(name, what, _REMEDY)
    return Format.TEXT
