from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.house.project import EXTRAS, PROJECT, ROOT, UNLOCKED_EXTRAS, locked

LOCKS = ["requirements.lock", "requirements-dev.lock"]
PYTHONS = ["3.11", "3.12", "3.13"]
SYSTEMS = ["linux", "darwin", "win32"]


def needed(lock: str) -> list[Requirement]:
    lines = list(PROJECT["project"]["dependencies"])
    if lock == "requirements.lock":
        lines += PROJECT["dependency-groups"]["build"]
    else:
        lines += [line for extra in EXTRAS.keys() - UNLOCKED_EXTRAS for line in EXTRAS[extra]]
    return [Requirement(line) for line in lines]


def pinned(lock: str, name: str, python: str, system: str) -> list[Requirement]:
    """The pins of a package that apply to one Python on one system."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.4",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    pins = [pin for pin, _ in locked(lock).get(name.lower(), [])]
    return [pin for pin in pins if pin.marker is None or pin.marker.evaluate(environment)]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_hashed(lock: str) -> None:
    pins = locked(lock)
    assert len(pins) > 20
    for several in pins.values():
        for pin, hashes in several:
            assert re.fullmatch(r"==[^*]+", str(pin.specifier)), pin
            assert hashes > 0, pin


@pytest.mark.parametrize("lock", LOCKS)
def test_no_line_holds_an_address_a_path_or_an_option(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    assert re.findall(r"(?:^|\s)/\w+", text) == []
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    options = {option for line in lines for option in re.findall(r"(?:^|\s)(--?[a-z][a-z-]*)", line)}
    assert options == {"--hash"}


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_of_an_accelerator_is_locked(lock: str) -> None:
    heavy = [name for name in locked(lock) if re.match(r"(torch|nvidia|triton|cuda|llama)", name)]
    assert heavy == []


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_has_one_pin_that_satisfies_it(lock: str, python: str, system: str) -> None:
    for requirement in needed(lock):
        (pin,) = pinned(lock, requirement.name, python, system)
        (exact,) = pin.specifier
        assert requirement.specifier.contains(Version(exact.version)), f"{pin} against {requirement}: run `make lock`"


def test_both_locks_agree() -> None:
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert run.keys() <= dev.keys()
    differing = {name for name in run if {pin.specifier for pin, _ in run[name]} - {p.specifier for p, _ in dev[name]}}
    assert differing == set()
