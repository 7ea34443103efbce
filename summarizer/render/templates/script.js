"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const said = document.getElementById("said");
  const back = document.getElementById("back");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const letters = all(".letter");
  let shown = null;

  const listed = (value) => (value ? value.split(" ") : []);
  const scroll = (element, block) => element.scrollIntoView({ block, behavior: calm.matches ? "auto" : "smooth" });
  // Beside the summary the letter scrolls alone: the summary stays where the reader left it.
  const reveal = (words) => {
    const text = words.closest(".text");
    if (getComputedStyle(text).overflowY !== "auto") return scroll(words, "center");
    const top = words.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
    text.scrollBy({ top, behavior: calm.matches ? "auto" : "smooth" });
  };
  const wordsOf = (button) => {
    const wanted = new Set(listed(button.dataset.places));
    return all("[data-in]", button.closest(".letter"))
      .filter((words) => listed(words.dataset.in).some((number) => wanted.has(number)));
  };

  const clear = () => {
    all(".lit").forEach((element) => element.classList.remove("lit"));
    all('.proof[aria-pressed="true"]').forEach((button) => button.setAttribute("aria-pressed", "false"));
    back.hidden = true;
    shown = null;
  };

  const light = (button) => {
    clear();
    const words = wordsOf(button);
    words.forEach((one) => one.classList.add("lit"));
    button.setAttribute("aria-pressed", "true");
    button.closest(".fact")?.classList.add("lit");
    shown = button;
    return words;
  };

  const show = (button) => {
    const words = light(button);
    if (!words.length) return;
    reveal(words[0]);
    back.hidden = false;
    said.textContent = "Highlighted in the letter: " + words.map((one) => one.textContent).join(" ").slice(0, 300);
  };

  let hinted = null;
  const hint = (button) => {
    if (button === hinted) return;
    if (hinted) wordsOf(hinted).forEach((words) => words.classList.remove("hint"));
    if (button) wordsOf(button).forEach((words) => words.classList.add("hint"));
    hinted = button;
  };
  // The proof of the line that an event happened on: the button itself, else the line's.
  const proofAt = (target) => target.closest("button.proof") || target.closest(".fact")?.querySelector("button.proof") || null;

  document.addEventListener("focusin", (event) => hint(event.target.closest("button.proof")));
  document.addEventListener("mouseover", (event) => hint(proofAt(event.target)));

  // From the letter to the summary: the field that rests on the fewest words clicked.
  const fieldOf = (words) => {
    const buttons = all("button.proof", words.closest(".letter")).filter((one) => !one.closest("details:not([open])"));
    for (const number of listed(words.dataset.in)) {
      const button = buttons.find((one) => listed(one.dataset.places).includes(number));
      if (button) return button;
    }
    return null;
  };

  document.addEventListener("click", (event) => {
    // A reader who selects words wants to copy them, not to jump.
    if (!event.target.closest("button") && String(getSelection())) return;
    const words = event.target.closest("[data-in]");
    const button = words ? fieldOf(words) : proofAt(event.target);
    if (!button) return;
    if (words) {
      light(button);
      scroll(button, "center");
    } else if (button === shown) clear();
    else show(button);
  });

  back.addEventListener("click", () => {
    const button = shown;
    clear();
    if (!button) return;
    scroll(button, "center");
    button.focus({ preventScroll: true });
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });

  const open = (move) => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const letter = (target && target.closest(".letter")) || letters[0];
    const changed = letter.hidden;
    letters.forEach((one) => { one.hidden = one !== letter; });
    all(".letters a").forEach((link) => {
      if (link.hash === "#" + letter.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    if (changed) clear();
    if (!move) return;
    if (target && target !== letter) target.scrollIntoView();
    else scrollTo(0, 0);
    (target || letter).focus({ preventScroll: true });
  };
  addEventListener("hashchange", () => open(true));
  if (letters.length) open(false);
  document.body.classList.add("ready");
})();
