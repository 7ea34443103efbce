"""One letter that was named for a backfill, wherever it is."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

_LOT_BYTES = 7  # so that a lot fits the signed 64 bits of every database


@dataclass(frozen=True, slots=True)
class Input:
    """One letter that was named; listed, not yet opened."""

    address: str
    """What finds it again: an absolute path of this machine, else an fsspec address such as ``s3://bucket/a.pdf``
    or ``zip://a.pdf::/absolute/letters.zip``."""
    stamp: str
    """What changes when its content does, without opening it: size and time of change, an ETag or a checksum."""
    size: int | None = None
    """Bytes; ``None`` where a listing does not say."""

    @property
    def lot(self) -> int:
        """A number from 0 to 2**56 - 1 that is the same in every run: samples take the lowest lots."""
        return lot_of(self.address)


def lot_of(address: str) -> int:
    """The lot of the letter at ``address``: as good as drawn at random, and the same in every run."""
    return int.from_bytes(blake2b(address.encode("utf-8", "surrogatepass"), digest_size=_LOT_BYTES).digest(), "big")


def name_of(address: str) -> str:
    """The file's name without where it is, as a Determination gives its source: neither folder nor query.

    Bytes of a name that are no UTF-8 are shown as replaced: JSON could not hold them.
    """
    inner = address.partition("::")[0] if address.startswith("zip://") else address
    if address.startswith(("http://", "https://")):
        inner = inner.partition("#")[0].partition("?")[0]
    name = inner.replace("\\", "/").rstrip("/").rpartition("/")[2] or inner
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
