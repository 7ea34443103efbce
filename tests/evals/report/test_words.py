from __future__ import annotations

import re

from evals.report.words import AROUND, LONG, beside, marked, shown


def plain(markup: str) -> str:
    return " ".join(re.sub("<[^>]*>", "", markup).split())


def test_only_what_differs_is_marked() -> None:
    old, new = marked(["ten visits of therapy"], ["four visits of therapy"])
    assert old == '<del><span class="sign">[-</span>ten<span class="sign">-]</span></del> visits of therapy'
    assert new == '<ins><span class="sign">{+</span>four<span class="sign">+}</span></ins> visits of therapy'


def test_entries_of_a_list_stand_on_lines_of_their_own() -> None:
    old, new = marked(["a", "b"], ["a", "b", "c"])
    assert old == "a<br>b"
    assert plain(new.replace("<br>", " / ")) == "a / b {+ / c+}"


def test_nothing_is_said_in_words() -> None:
    old, new = marked([], ["x"])
    assert plain(old) == "(nothing)"
    assert plain(new) == "{+x+}"
    assert plain(marked(["", " "], [])[0]) == "(nothing)"


def test_words_far_from_a_change_are_left_out_and_counted() -> None:
    words = [f"w{at}" for at in range(200)]
    old, _ = marked([" ".join(words)], [" ".join((*words[:100], "new", *words[101:]))])
    told = plain(old)
    assert told.startswith(f"… {100 - AROUND} words … w88")
    assert told.endswith(f"w112 … {99 - AROUND} words …")
    assert "[-w100-]" in told


def test_a_long_text_of_one_side_is_cut_in_its_middle() -> None:
    old, _ = marked([" ".join(f"w{at}" for at in range(500))], [])
    told = plain(old)
    assert f"… {500 - LONG // 2 - AROUND} words …" in told
    assert told.endswith("w499-]")


def test_gold_is_shown_where_the_reading_is_not_like_it_without_marks() -> None:
    words = [f"w{at}" for at in range(200)]
    told = beside([" ".join(words)], [" ".join((*words[:150], "else", *words[151:]))])
    assert "w150" in told
    assert "w100 " not in told
    assert not re.search(r"<del|<ins|\[-|\{\+", told)


def test_a_letters_words_are_text() -> None:
    old, new = marked(["<b>&amp; x"], ["<i>\u202e\x07 x"])
    assert "&lt;b&gt;&amp;amp;" in old
    assert "<i>" not in new
    assert shown("a\u202eb\x00\n") == "a\ufffdb\ufffd\ufffd"
