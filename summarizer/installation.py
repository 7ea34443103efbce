"""What is installed and configured here: the facts that ``imr doctor`` shows."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from urllib.parse import urlsplit

from packaging.requirements import Requirement

from summarizer import __version__
from summarizer.extras import DISTRIBUTION, command_for


@dataclass(frozen=True, slots=True)
class Package:
    """One package that this project depends on."""

    name: str
    """Name as pip knows it, such as ``psycopg``."""
    needed: str
    """Versions that will do, such as ``>=3.3``; empty where any will."""
    installed: str | None
    """Version installed; ``None`` where it is not."""
    fits: bool
    """Whether it is installed, in a version that will do, with the parts that are asked of it."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part of this project."""

    name: str
    """Name as in ``imr-summarizer[ocr]``."""
    packages: tuple[Package, ...]
    """What it consists of."""

    @property
    def installed(self) -> bool:
        """Whether all of it is there."""
        return all(package.fits for package in self.packages)

    @property
    def command(self) -> str:
        """The shell command that adds it to this environment."""
        return command_for(self.name)


@dataclass(frozen=True, slots=True)
class Installation:
    """The whole of it. Holds no key and no address beyond a host name."""

    version: str
    """Version of this project."""
    registered: bool
    """Whether pip knows it; where not, it runs from a checkout and its dependencies cannot be listed."""
    python: str
    """Version of Python, such as ``3.11.7``."""
    executable: str
    """Python's own path."""
    system: str
    """Operating system and processor."""
    core: tuple[Package, ...]
    """What every start may need."""
    extras: tuple[Extra, ...]
    """What can be added."""
    openai_api_key: bool
    """Whether ``OPENAI_API_KEY`` is set and not empty."""
    openai_base_url_host: str | None
    """Host of ``OPENAI_BASE_URL``; ``None`` where that is not set."""

    @property
    def sound(self) -> bool:
        """Whether everything that is not optional is there."""
        return self.registered and all(package.fits for package in self.core)


def inspect_installation(environ: Mapping[str, str] = os.environ) -> Installation:
    """Look at this Python's packages and at ``environ``; opens no connection."""
    try:
        ours = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        ours = None
    requirements = [Requirement(line) for line in (ours.requires or [])] if ours else []
    names = sorted(ours.metadata.get_all("Provides-Extra") or []) if ours else []
    return Installation(
        version=__version__,
        registered=ours is not None,
        python=platform.python_version(),
        executable=sys.executable,
        system=f"{platform.system()} {platform.machine()}",
        core=tuple(_packages(requirements, "")),
        extras=tuple(Extra(name, tuple(_packages(requirements, name))) for name in names),
        openai_api_key=bool(environ.get("OPENAI_API_KEY")),
        openai_base_url_host=_host(environ.get("OPENAI_BASE_URL")),
    )


def _packages(requirements: list[Requirement], extra: str) -> Iterator[Package]:
    """The packages of ``extra``, or those outside all extras where it is empty."""
    for requirement in requirements:
        marker = requirement.marker
        applies = marker is None or marker.evaluate({"extra": extra})
        is_core = marker is None or marker.evaluate({"extra": ""})
        if applies and is_core == (extra == ""):
            installed = _installed(requirement.name)
            yield Package(requirement.name, str(requirement.specifier), installed, _fits(requirement))


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _fits(requirement: Requirement) -> bool:
    """Whether ``requirement`` is met, that of the extras it names included."""
    installed = _installed(requirement.name)
    if installed is None or not requirement.specifier.contains(installed, prereleases=True):
        return False
    parts = [Requirement(line) for line in metadata.requires(requirement.name) or []] if requirement.extras else []
    return all(
        _fits(part)
        for part in parts
        for extra in requirement.extras
        if part.marker and part.marker.evaluate({"extra": extra}) and not part.marker.evaluate({"extra": ""})
    )


def _host(address: str | None) -> str | None:
    """Host of ``address``, without user, password, port and path."""
    if not address:
        return None
    try:
        return urlsplit(address).hostname or "not an address"
    except ValueError:
        return "not an address"
