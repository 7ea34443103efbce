from __future__ import annotations

import pytest
import typer

from summarizer.cli import app
from summarizer.errors import EmptyInput
from tests.cli.running import ran


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subcommand ``fail`` that raises one of our errors, and ``group`` with two subcommands."""
    monkeypatch.setattr(
        app, "COMMANDS", {"fail": (f"{__name__}:fail", "Fail."), "group": (f"{__name__}:group", "A group.")}
    )


def fail() -> None:
    raise EmptyInput("letter.pdf", "the file has no bytes", "export it again")


group = typer.Typer()


@group.command()
def one() -> None:
    typer.echo("the first")


@group.command()
def two() -> None:
    typer.echo("the second")


def test_help_names_every_subcommand_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "--help")
    assert code == 0
    for name in app.COMMANDS:
        assert f" {name} " in out


def test_no_arguments_show_help_and_count_as_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys)
    assert code == 2
    assert "Usage: imr" in out + err


@pytest.mark.parametrize("arguments", [["schem"], ["--colour"], ["schema", "--colour"], ["schema", "extra"]])
def test_wrong_usage_is_2_and_prints_no_result(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = ran(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert "Usage: imr" in err


def test_a_slip_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean 'schema'" in ran(capsys, "schem")[2]


@pytest.mark.usefixtures("failing")
def test_an_error_of_ours_is_one_line_and_3(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "fail")
    assert (code, out) == (3, "")
    assert err == "imr: letter.pdf: the file has no bytes; export it again\n"


@pytest.mark.usefixtures("failing")
def test_a_subcommand_can_have_subcommands(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "group", "two")[:2] == (0, "the second\n")


@pytest.mark.usefixtures("failing")
def test_completion_in_a_shell_sees_every_subcommand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_IMR_COMPLETE", "complete_bash")
    named = [group.name for group in app.application(app._wanted([])).registered_groups]
    assert named == ["group"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [([], set()), (["--help"], set()), (["fail"], {"fail"}), (["--version", "fail", "group"], {"fail"})],
)
def test_only_the_subcommand_named_first_is_imported(arguments: list[str], wanted: set[str]) -> None:
    assert app._wanted(arguments) == wanted
