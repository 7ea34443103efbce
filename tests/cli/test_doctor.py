from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from summarizer import extras, installation
from summarizer.installation import Extra, Installation, Package, inspect_installation
from summarizer.llm.cache import StoredAnswer, open_cache
from summarizer.llm.modes import keep_shape
from summarizer.llm.settings import Shape, found_file, settings_from
from tests.cli.running import ran
from tests.llm.server import Step, closed_port, serving

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
    told = ran(capsys, "doctor", *arguments)
    assert (told.code, told.err) == (0, "")
    return told.out


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


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Points the environment at a server on loopback."""

    def at(url: str) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        monkeypatch.setenv("IMR_CACHE", str(tmp_path / "answers.sqlite3"))

    return at


def section(out: str, title: str) -> list[str]:
    return out.partition(f"\n{title}\n")[2].partition("\n\n")[0].splitlines()


def test_a_model_is_asked_in_each_shape(capsys: pytest.CaptureFixture[str], local: Callable[[str], None]) -> None:
    limits = {"x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499"}
    with serving(Step(answer={"total": 5}, headers=limits)) as server:
        local(server.url)
        out = doctor(capsys, "--model", "a-model")
    asked = [re.sub(r"\d\.\d\d s", "TIME", line) for line in section(out, "Asked")]
    assert asked[:3] == [
        "  tools               ok       works, TIME, tokens counted",
        "  json_schema         ok       works, TIME, tokens counted",
        "  responses           ok       works, TIME, tokens counted",
    ]
    assert asked[3:6] == [
        "  from now on         ok       tools",
        "  calls itself        -        served-model",
        "  window              -        not known",
    ]
    assert asked[6:] == [
        "  limits              -        500 requests",
        "  price               -        not known; give --price INPUT/OUTPUT in dollars a million tokens",
        "  these questions     -        3 requests, 300 tokens in (120 cached), 30 out, cost unknown",
    ]
    assert {body["model"] for body in server.bodies} == {"a-model"}
    assert SECRET not in out


def test_what_is_found_is_used_from_then_on(
    capsys: pytest.CaptureFixture[str], local: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(asked: dict[str, object]) -> object:
        return "I would rather talk." if asked.get("tools") else {"total": 5}

    monkeypatch.setenv("IMR_PRICE", "0.25/0.025/2")
    with serving(Step(answer=answer, call=False)) as server:
        local(server.url)
        told = json.loads(doctor(capsys, "--model", "--format", "json"))
        assert model_rows(doctor(capsys))["asked by"] == "-        json_schema"
    probe = told["probe"]
    assert [(one["shape"], one["error"] and one["error"]["code"]) for one in probe["tried"]] == [
        ("tools", "answer_unusable"),
        ("json_schema", None),
        ("responses", "answer_unusable"),
    ]
    assert (probe["shape"], told["model"]["shape"]) == ("json_schema", "json_schema")
    assert probe["price"] == "$0.25 a million tokens in ($0.025 cached), $2 out"
    assert probe["spent"]["known_usd"] > 0


def test_a_server_that_cannot_be_reached_is_3(capsys: pytest.CaptureFixture[str], local: Callable[[str], None]) -> None:
    local(f"http://127.0.0.1:{closed_port()}/v1")
    code, out, err = ran(capsys, "doctor", "--model")
    assert code == 3
    assert [line.split()[:2] for line in section(out, "Asked")[:4]] == [
        ["tools", "no"],
        ["json_schema", "no"],
        ["responses", "no"],
        ["from", "now"],
    ]
    assert err.startswith("imr: gpt-5-mini: ")
    assert len(err.splitlines()) == 1


def test_a_key_that_is_refused_is_3_and_asked_with_once(
    capsys: pytest.CaptureFixture[str], local: Callable[[str], None]
) -> None:
    with serving(Step(status=401, error={"message": f"wrong key {SECRET}"})) as server:
        local(server.url)
        code, out, err = ran(capsys, "doctor", "--model", "--format", "json")
    assert code == 3
    assert json.loads(out)["probe"]["tried"][0]["error"]["code"] == "key_refused"
    assert server.count == 1
    assert SECRET not in out + err


def test_what_cannot_be_asked_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no key for OpenAI" in ran(capsys, "doctor", "--model")[2]
    code, _, err = ran(capsys, "doctor", "a-model")
    assert code == 2
    assert "write --model a-model to ask it" in " ".join(err.replace("│", " ").split())


def test_a_place_that_cannot_keep_what_was_found_is_3(
    capsys: pytest.CaptureFixture[str], local: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with serving(Step(answer={"total": 5})) as server:
        local(server.url)
        monkeypatch.setenv("IMR_CACHE", str(tmp_path / "file" / "answers.sqlite3"))
        code, _, err = ran(capsys, "doctor", "--model")
    assert code == 3
    assert "what was found cannot be kept there" in err
