from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from summarizer.cli.prompts import prompts
from summarizer.errors import SummarizerError
from summarizer.llm.prompts import every_prompt, load_prompt


def run(*arguments: str, color: bool = False) -> str:
    result = CliRunner().invoke(prompts, list(arguments), color=color)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_list_names_every_version_with_its_hash_size_and_change() -> None:
    lines = run("list").splitlines()
    assert [line.split()[0] for line in lines] == [prompt.label for prompt in every_prompt()]
    for line, prompt in zip(lines, every_prompt(), strict=True):
        assert f" {prompt.sha256[:12]} " in line
        assert " tokens " in line
        assert line.endswith(prompt.changed)


def test_show_prints_what_is_written_or_what_is_sent() -> None:
    prompt = load_prompt("read_determination")
    assert run("show", "read_determination") == f"{prompt.body}\n"
    assert run("show", prompt.label, "--rendered") == f"{prompt.text}\n"
    assert "{{ each.rule }}" in prompt.body


def test_diff_prints_what_changed_and_nothing_for_the_same() -> None:
    assert run("diff", "read_determination@v1", "read_determination@v1") == ""
    lines = run("diff", "read_determination@v1", "read_outline@v1").splitlines()
    assert lines[:2] == ["--- read_determination@v1", "+++ read_outline@v1"]
    assert any("{{ each.rule }}" in line for line in lines)
    rendered = run("diff", "read_determination@v1", "read_outline@v1", "--rendered")
    assert "{{ each.rule }}" not in rendered


def test_diff_is_colored_on_a_terminal_unless_no_color_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    versions = ("read_determination@v1", "read_outline@v1")
    assert typer.style("+++ read_outline@v1", fg="green") in run("diff", *versions, color=True)
    assert "\x1b" not in run("diff", *versions)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("diff", *versions, color=True)


@pytest.mark.parametrize("arguments", [["show", "nobody"], ["diff", "read_determination", "nobody@v3"]])
def test_an_unknown_prompt_is_an_error_with_a_remedy(arguments: list[str]) -> None:
    result = CliRunner().invoke(prompts, arguments)
    assert isinstance(result.exception, SummarizerError)
    assert "choose one of: judge_summary, read_determination" in str(result.exception)
