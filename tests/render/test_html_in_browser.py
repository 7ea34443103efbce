"""The HTML file in a real browser, where one is installed: clicks, keys, and a letter that tries to run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas import Determination, TextFrom
from summarizer.document import Document
from summarizer.render import html

pytest.importorskip("selenium")
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

_BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
_DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (_BROWSER and _DRIVER), reason="needs chromium and chromedriver")


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """A headless browser on a wide screen."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(_BROWSER)
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,900"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(_DRIVER))
    yield driver
    driver.quit()


def _open(browser: webdriver.Chrome, folder: Path, *read: tuple[Determination, Document]) -> None:
    file = folder / "summary.html"
    file.write_text(html.render(read), encoding="utf-8")
    browser.get(file.as_uri())


def _lit(browser: webdriver.Chrome) -> list[str]:
    """The words that are lit up, in the letter's order."""
    return [" ".join(words.text.split()) for words in browser.find_elements(By.CSS_SELECTOR, "[data-in].lit")]


def _button(browser: webdriver.Chrome, label: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, f'.letter:not([hidden]) [title="Show {label} in the letter"]')


def test_enter_lights_up_the_words_after_an_emoji_and_escape_puts_them_out(
    browser: webdriver.Chrome, determination: Determination, document: Document, tmp_path: Path
) -> None:
    _open(browser, tmp_path, (determination, document))
    button = _button(browser, "Diagnoses")
    button.send_keys(Keys.ENTER)
    assert _lit(browser) == ["right rotator cuff tear", "right shoulder impingement"]
    assert button.get_attribute("aria-pressed") == "true"
    button.send_keys(Keys.ESCAPE)
    assert _lit(browser) == []
    assert button.get_attribute("aria-pressed") == "false"


def test_a_click_on_the_line_lights_up_every_place_of_it(
    browser: webdriver.Chrome, determination: Determination, document: Document, tmp_path: Path
) -> None:
    _open(browser, tmp_path, (determination, document))
    browser.find_element(By.XPATH, "//dt[.='Asked for']").click()
    assert _lit(browser) == ["12 visits of physical therapy for the right shoulder"]


def test_a_mistake_of_fact_shows_both_places(
    browser: webdriver.Chrome, determination: Determination, document: Document, tmp_path: Path
) -> None:
    _open(browser, tmp_path, (determination, document))
    browser.find_element(By.CSS_SELECTOR, ".check button").click()
    first, second = _lit(browser)
    assert first.startswith("She has finished eight visits")
    assert second == "No earlier therapy is on record."


def test_a_click_in_the_letter_finds_the_field(
    browser: webdriver.Chrome, determination: Determination, document: Document, tmp_path: Path
) -> None:
    _open(browser, tmp_path, (determination, document))
    browser.find_element(By.XPATH, "//span[@data-in and .='Overturned']").click()
    assert browser.find_element(By.CSS_SELECTOR, ".fact.lit dt").text == "Outcome"


def test_the_list_switches_letters(
    browser: webdriver.Chrome,
    determination: Determination,
    document: Document,
    bare: tuple[Determination, Document],
    tmp_path: Path,
) -> None:
    _open(browser, tmp_path, (determination, document), bare)
    shown = ".letter:not([hidden]) h1"
    assert [title.text for title in browser.find_elements(By.CSS_SELECTOR, shown)] == ["CM20-0000042"]
    browser.find_element(By.LINK_TEXT, "note.txt\n1 disputed item: upheld").click()
    assert [title.text for title in browser.find_elements(By.CSS_SELECTOR, shown)] == ["note.txt"]


def test_a_hostile_letter_runs_nothing(browser: webdriver.Chrome, determination: Determination, tmp_path: Path) -> None:
    words = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\"><!-- </script>"
    document = Document(words, (), words, "0" * 64, TextFrom.PLAIN)
    item = determination.items[1].model_copy(update={"treatment": words, "rationale": words})
    _open(browser, tmp_path, (determination.model_copy(update={"items": (item,), "provenance": {}}), document))
    assert browser.title == "CM20-0000042: IMR summary"
    assert browser.find_element(By.CSS_SELECTOR, ".words").text == words
    assert browser.find_elements(By.CSS_SELECTOR, "img") == []
    messages = [entry["message"] for entry in browser.execute("getLog", {"type": "browser"})["value"]]
    assert messages == []


def test_a_click_shows_which_model_read_a_field(
    browser: webdriver.Chrome, tmp_path: Path, determination: Determination, document: Document
) -> None:
    _open(browser, tmp_path, (determination, document))
    by = browser.find_element(By.CSS_SELECTOR, "button.proof .by-model")
    assert not by.is_displayed()
    by.find_element(By.XPATH, "..").click()
    assert by.is_displayed()
    assert by.text == "read by model gpt-5-mini (read_determination@v1)"
