from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from summarizer import extras, installation
from summarizer.cli.app import main
from summarizer.installation import Extra, Installation, Package, inspect_installation
from summarizer.llm.cache import StoredAnswer, open_cache
from summarizer.llm.modes import keep_shape
from summarizer.llm.settings import Shape, found_file, settings_from

SECRET = "sk-example-not-a-key"


class Distribution:
    """Stands in for this project's metadata."""

    requires = (
        "pytest>=1",
        "pluggy>=99999",
        "no-such-package-x>=2; extra == 'big'",
        "pytest; extra == 'small'",
        "hypothesis[no-such-extra]; extra == 'small'",
        "colorama; sys_platform == 'no-such-system'",
    )

    class metadata:  # noqa: N801
        @staticmethod
        def get_all(key: str) -> list[str]:
            assert key == "Provides-Extra"
            return ["small", "big"]


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own settings."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "IMR_MODEL", "IMR_PRICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IMR_CACHE", "off")


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.distribution
    monkeypatch.setattr(
        installation.metadata,
        "distribution",
        lambda name: Distribution if name == installation.DISTRIBUTION else real(name),
    )


def doctor(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *arguments])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.err) == (0, "")
    return printed.out


@pytest.mark.usefixtures("known")
def test_core_packages_and_extras_are_told_apart() -> None:
    found = inspect_installation({})
    assert [package.name for package in found.core] == ["pytest", "pluggy"]
    assert {extra.name: [package.name for package in extra.packages] for extra in found.extras} == {
        "big": ["no-such-package-x"],
        "small": ["pytest", "hypothesis"],
    }


@pytest.mark.usefixtures("known")
def test_missing_too_old_and_fitting_packages() -> None:
    found = inspect_installation({})
    fine, old = found.core
    assert fine == Package("pytest", ">=1", metadata.version("pytest"), True)
    assert (old.fits, old.installed) == (False, metadata.version("pluggy"))
    assert not found.sound
    big, small = found.extras
    assert big.packages == (Package("no-such-package-x", ">=2", None, False),)
    assert not big.installed
    assert small.installed


def test_the_parts_asked_of_a_package_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        installation.metadata, "requires", lambda name: ["no-such-package-x; extra == 'binary'", "also-missing>=1"]
    )
    assert not installation._fits(Requirement("pytest[binary]"))
    assert installation._fits(Requirement("pytest"))


@pytest.mark.usefixtures("known")
def test_the_command_that_adds_an_extra_is_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras.sys, "executable", "/opt/my tools/python")
    monkeypatch.setattr(extras, "__file__", "/opt/site-packages/summarizer/extras.py")
    lines = doctor(capsys).splitlines()
    assert "To add big: '/opt/my tools/python' -m pip install 'imr-summarizer[big]'" in lines
    assert not [line for line in lines if line.startswith("To add small")]


def test_from_a_checkout_the_command_names_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(extras, "__file__", str(tmp_path / "summarizer" / "extras.py"))
    assert extras.command_for("ocr", "python3") == f"python3 -m pip install -e '{tmp_path}[ocr]'"


@pytest.mark.usefixtures("known")
def test_a_pipe_gets_plain_aligned_lines(capsys: pytest.CaptureFixture[str]) -> None:
    out = doctor(capsys)
    assert "\x1b" not in out
    assert "  pluggy              missing  " in out
    assert [line for line in out.splitlines() if line != line.rstrip()] == []


@pytest.mark.usefixtures("known")
def test_a_terminal_gets_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31mmissing\x1b[0m" in doctor(capsys)


@pytest.mark.parametrize("arguments", [[], ["--format", "json"]])
def test_a_key_is_never_shown_and_of_an_address_only_the_host(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", f"https://someone:{SECRET}@models.example:8443/v1?key={SECRET}")
    out = doctor(capsys, *arguments)
    assert "models.example" in out
    for hidden in (SECRET, "someone", "8443", "v1"):
        assert hidden not in out.replace("x86_64", "")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (None, None),
        ("", None),
        ("http://127.0.0.1:8000/v1", "127.0.0.1"),
        ("models.example", "not an address"),
        ("http://[::1", "not an address"),
    ],
)
def test_hosts(address: str | None, host: str | None) -> None:
    environ = {} if address is None else {"OPENAI_BASE_URL": address}
    assert inspect_installation(environ).openai_base_url_host == host


@pytest.mark.parametrize(
    ("environ", "there"), [({}, False), ({"OPENAI_API_KEY": ""}, False), ({"OPENAI_API_KEY": "x"}, True)]
)
def test_keys(environ: dict[str, str], there: bool) -> None:
    assert inspect_installation(environ).openai_api_key is there


@pytest.mark.usefixtures("known")
def test_json_holds_every_fact_and_what_follows(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(doctor(capsys, "--format", "json"))
    assert set(told) == {*Installation.__dataclass_fields__, "sound", "model"}
    assert set(told["extras"][0]) == {*Extra.__dataclass_fields__, "installed", "command"}
    assert told["extras"][0]["installed"] is False
    assert told["sound"] is False


def test_a_checkout_that_pip_does_not_know_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installation.metadata, "distribution", unknown)
    assert inspect_installation({}).core == ()
    assert "not known to pip: pip install -e ." in doctor(capsys)


def model_rows(out: str) -> dict[str, str]:
    """What is said under Model, by its label."""
    rows = out.partition("\nModel\n")[2].partition("\n\n")[0].splitlines()
    return {row[:22].strip(): row[22:] for row in rows}


def test_the_model_that_would_be_asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1")
    monkeypatch.setenv("IMR_MODEL", "a-model")
    assert model_rows(doctor(capsys)) == {
        "model": "-        a-model",
        "server": "-        127.0.0.1:8000",
        "asked by": "-        tools",
        "answers kept": "-        none: IMR_CACHE is off",
    }


def test_kept_answers_are_counted_and_no_file_is_made(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "kept" / "answers.sqlite3"
    monkeypatch.setenv("IMR_CACHE", str(place))
    assert model_rows(doctor(capsys))["answers kept"] == f"ok       0 answers, 0.0 MB, {place}"
    assert not place.parent.exists()
    with open_cache(place) as cache:
        cache.put("a", StoredAnswer("m", "p@v1", "{}" * 50_000))
    assert model_rows(doctor(capsys))["answers kept"].startswith("ok       1 answer, 0.")
    kept = json.loads(doctor(capsys, "--format", "json"))["model"]["kept"]
    assert (kept["place"], kept["answers"], kept["problem"]) == (str(place), 1, None)


def test_what_a_probe_found_is_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMR_CACHE", str(tmp_path / "answers.sqlite3"))
    settings = settings_from(api_key="x")
    keep_shape(settings, Shape.JSON_SCHEMA, found_file(settings))
    assert model_rows(doctor(capsys))["asked by"] == "-        json_schema"


def test_wrong_settings_are_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_CACHE", __file__)
    assert "wrong    " + __file__ in model_rows(doctor(capsys))["answers kept"]
    monkeypatch.setenv("IMR_PRICE", "cheap")
    assert model_rows(doctor(capsys))["settings"].startswith("wrong    not a price; write dollars")
    assert "not a price" in json.loads(doctor(capsys, "--format", "json"))["model"]["problem"]
