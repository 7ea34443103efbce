"""The bytes of a letter, wherever it is."""

from __future__ import annotations

from summarizer.backfill.inputs.addresses import protocol_of
from summarizer.backfill.inputs.local import read_local
from summarizer.loading.source import Limits


def read_bytes(address: str, limits: Limits) -> bytes:
    """The bytes of the letter at ``address``, as an ``Input`` has it; safe in a forked process.

    Raises:
        NotFound: there is no such file, or it may not be read.
        InputUnreachable: it is far away, and the place does not answer or broke off; another time it may.
        EmptyInput: there are no bytes.
        TooLarge: there are more than ``limits`` allow; not many more are read.
        DamagedFile: the archive that it is in, or the part of it that it is, is damaged.
        PasswordNeeded: it is encrypted in its archive.
        MissingExtra: a package that reads from there is not installed.
    """
    protocol = protocol_of(address)
    if protocol is None:
        return read_local(address, limits)
    if protocol == "zip":
        from summarizer.backfill.inputs.archives import read_member

        return read_member(address, limits)
    from summarizer.backfill.inputs.remote import read_remote

    return read_remote(address, limits)
