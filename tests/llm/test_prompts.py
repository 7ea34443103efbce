from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import tomli

from schemas import Category, DrugClass, MistakeKind, Outcome, Reason, judgement, outline, summary_rating
from schemas.judgement import Answer
from schemas.lengths import CASE_SUMMARY_WORDS, RATIONALE_SUMMARY_WORDS
from summarizer.errors import SummarizerError
from summarizer.llm.cost import tokens_in
from summarizer.llm.prompts import (
    BadPrompt,
    Prompt,
    UnknownPrompt,
    difference,
    every_prompt,
    load_prompt,
    prompt_names,
    versions,
)

RELEASED: dict[str, dict[str, str]] = tomli.loads(
    Path(__file__).with_name("released_prompts.toml").read_text(encoding="utf-8")
)
FRONT = '+++\nname = "greet"\nversion = 1\nresponse = "LetterJudgement"\nchanged = "First."\n+++\n'


def write(folder: Path, text: str, name: str = "greet", version: int = 1) -> Path:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / f"v{version}.md").write_bytes(text.encode())
    return folder


@pytest.mark.parametrize("prompt", every_prompt(), ids=lambda prompt: prompt.label)
def test_a_released_version_never_changes(prompt: Prompt) -> None:
    found = {"file": prompt.sha256, "sent": prompt.text_sha256}
    assert RELEASED.get(prompt.label) == found, (
        f"{prompt.label} is not as it was released; write a new version of {prompt.name} instead, and add its line: "
        f'["{prompt.label}"] file = "{prompt.sha256}" sent = "{prompt.text_sha256}"'
    )


def test_a_released_version_is_never_removed() -> None:
    assert set(RELEASED) == {prompt.label for prompt in every_prompt()}


@pytest.mark.parametrize("prompt", every_prompt(), ids=lambda prompt: prompt.label)
def test_its_answers_have_a_model(prompt: Prompt) -> None:
    homes = (judgement, outline, summary_rating)
    model = next((found for home in homes if (found := getattr(home, prompt.response, None))), None)
    assert isinstance(model, type)
    assert issubclass(model, Answer)
    assert prompt.changed


def test_the_judgement_is_asked_for_with_every_code_and_its_rule() -> None:
    text = load_prompt("read_determination").text
    for codes in (Category, DrugClass, Reason, MistakeKind):
        for code in codes:
            assert f"`{code.value}`: {code.rule}" in text
    assert f"at most {CASE_SUMMARY_WORDS} words" in text
    assert f"at most {RATIONALE_SUMMARY_WORDS} words" in text
    assert "{{" not in text
    assert "{%" not in text


def test_reasons_are_sorted_by_the_outcome_they_argue_for() -> None:
    text = load_prompt("read_determination@v1").text
    against, rest = text.split("Against necessity")[1].split("For necessity")
    necessary, either = rest.split("Either:")
    for reason in Reason:
        part = {Outcome.UPHELD: against, Outcome.OVERTURNED: necessary, None: either}[reason.supports]
        assert f"`{reason.value}`: {reason.rule}" in part


def test_the_example_is_an_answer() -> None:
    example = load_prompt("read_determination").text.splitlines()[-1]
    judged = judgement.LetterJudgement.model_validate_json(example, strict=True)
    assert len(judged.summary.split()) <= CASE_SUMMARY_WORDS
    assert all(len(item.summary.split()) <= RATIONALE_SUMMARY_WORDS for item in judged.items)


def test_the_judgement_is_asked_for_briefly() -> None:
    assert tokens_in(load_prompt("read_determination").text) < 2_400


def test_the_newest_version_is_taken_unless_one_is_named(tmp_path: Path) -> None:
    for version in (1, 2, 10):
        write(tmp_path, FRONT.replace("version = 1", f"version = {version}") + f"Hello {version}.", version=version)
    assert versions("greet", tmp_path) == (1, 2, 10)
    assert load_prompt("greet", tmp_path).label == "greet@v10"
    assert load_prompt("greet@v2", tmp_path).text == "Hello 2."
    assert [prompt.version for prompt in every_prompt(tmp_path)] == [1, 2, 10]


def test_other_files_are_no_versions(tmp_path: Path) -> None:
    write(tmp_path, FRONT + "Hello.")
    (tmp_path / "greet" / "v2.md.orig").write_text("draft")
    (tmp_path / "greet" / "v02.md").write_text("draft")
    (tmp_path / "README.md").write_text("About prompts.")
    (tmp_path / "empty").mkdir()
    assert prompt_names(tmp_path) == ("greet",)
    assert versions("greet", tmp_path) == (1,)
    assert prompt_names(tmp_path / "absent") == ()


@pytest.mark.parametrize("name", ["nobody", "greet@v2", "greet@2", "greet@v0", "../greet", "greet/v1", "", "Greet"])
def test_an_unknown_prompt_is_told_with_the_known(tmp_path: Path, name: str) -> None:
    write(tmp_path, FRONT + "Hello.")
    with pytest.raises(UnknownPrompt, match=r"choose one of: greet") as unknown:
        load_prompt(name, tmp_path)
    assert isinstance(unknown.value, SummarizerError)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello.", "no front matter"),
        ("", "no front matter"),
        (FRONT.replace("+++\n", "", 1) + "Hello.", "no front matter"),
        (FRONT.replace("version = 1\n", "") + "Hello.", "give name, version"),
        (FRONT.replace("version = 1", 'version = "1"') + "Hello.", "give name, version"),
        (FRONT.replace("version = 1", "version = 1\nmood = 3") + "Hello.", "give name, version"),
        (FRONT.replace("version = 1", "version = 2") + "Hello.", "names another prompt"),
        (FRONT.replace("greet", "leave") + "Hello.", "names another prompt"),
        (FRONT.replace("version = 1", "version is 1") + "Hello.", "cannot be read"),
        (FRONT + "Hello {{ letter }}.", "is no template"),
        (FRONT + "Hello {% if %}.", "is no template"),
        (FRONT + "{{ outcomes.__class__.__mro__ }}", "is no template"),
        (FRONT + "{{ outcomes.append(1) }}", "is no template"),
        (FRONT + "{% for each in range(10000000) %}a{% endfor %}", "is no template"),
        (FRONT + "{% include 'v2.md' %}", "is no template"),
    ],
)
def test_a_bad_file_is_told(tmp_path: Path, text: str, problem: str) -> None:
    write(tmp_path, text)
    with pytest.raises(BadPrompt, match=rf"^greet@v1: .*{problem}"):
        load_prompt("greet", tmp_path)


def test_text_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    write(tmp_path, FRONT)
    (tmp_path / "greet" / "v1.md").write_bytes(FRONT.encode() + b"\xff")
    with pytest.raises(BadPrompt, match="cannot be read"):
        load_prompt("greet", tmp_path)


def test_line_ends_of_a_checkout_change_nothing(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir(), other.mkdir()
    write(one, FRONT + "Hello.\nBye.\n")
    write(other, (FRONT + "Hello.\nBye.\n").replace("\n", "\r\n"))
    assert load_prompt("greet", one) == load_prompt("greet", other)


def test_a_rule_that_changes_changes_what_is_sent_but_not_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir(), other.mkdir()
    body = "{% for each in outcomes %}{{ each.code }}: {{ each.rule }} {% endfor %}"
    before = load_prompt("greet", write(one, FRONT + body))
    monkeypatch.setattr(Outcome.UPHELD, "rule", "Another rule.")
    after = load_prompt("greet", write(other, FRONT + body))
    assert before.sha256 == after.sha256
    assert before.text_sha256 != after.text_sha256
    assert "Another rule." in after.text


def test_two_versions_are_compared_line_by_line(tmp_path: Path) -> None:
    one = load_prompt("greet", write(tmp_path, FRONT + "Hello.\n{{ case_summary_words }} words.\n"))
    other = replace(one, version=2, body="Hello.\n60 words.")
    assert list(difference(one, one)) == []
    assert list(difference(one, other))[:2] == ["--- greet@v1", "+++ greet@v2"]
    assert [line for line in difference(one, other) if re.match(r"[-+]\w|[-+]\{", line)] == [
        "-{{ case_summary_words }} words.",
        "+60 words.",
    ]
    assert list(difference(one, other, rendered=True)) == []


def test_a_prompt_does_not_print_itself_whole() -> None:
    assert len(repr(load_prompt("read_determination"))) < 400
