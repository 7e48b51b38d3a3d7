"""Somebody who works without a mouse: moves by Tab, types, and counts what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from playwright.sync_api import Page, expect

# How many times Tab is pressed until a field of that name: what can be seen and takes the focus.
_STEPS = """name => {
  if (document.activeElement.name === name) return 0;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => one.type !== "hidden" && !one.disabled && one.checkVisibility());
  const at = all.indexOf(document.activeElement);
  const next = all.findIndex((one, index) => index > at && one.name === name);
  return next < 0 ? -1 : next - at;
}"""


# Several fields at once: text as it is, a choice by the beginning of its label.
_PUT = """fields => {
  const used = {};
  for (const [name, text] of fields) {
    const at = (used[name] = (used[name] ?? -1) + 1);
    const one = document.querySelectorAll(`form[data-quoting] [name="${name}"]`)[at];
    if (!one) throw new Error(`no field ${name}`);
    if (one.tagName === "SELECT") {
      const begins = (option) => option.text.toLowerCase().startsWith(text.toLowerCase());
      const chosen = [...one.options].find(begins);
      if (!chosen) throw new Error(`nothing in ${name} begins so`);
      one.value = chosen.value;
    } else one.value = text;
    for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
    const shut = one.closest("details")?.open === false;
    if (text && !shut && !one.checkVisibility()) throw new Error(`${name} is not to be seen`);
  }
}"""


@dataclass
class Typist:
    """``strokes``: keys pressed so far; a pasted text counts as one."""

    page: Page
    strokes: int = 0
    began: float = field(default_factory=monotonic)
    jumps: bool = False  # fields filled at once, where each key would cost too much time

    @property
    def seconds(self) -> float:
        return monotonic() - self.began

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.strokes += len(text)

    def paste(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.strokes += 1

    def at(self) -> str:
        found: str = self.page.evaluate("document.activeElement.name")
        return found

    def go(self, name: str) -> None:
        """Tab to a field, forwards, to the next of that name."""
        steps = self.page.evaluate(_STEPS, name)
        if steps < 0:
            raise AssertionError(f"no field {name} is reached by Tab")
        self.press(*["Tab"] * steps)
        assert self.at() == name

    def fill(self, name: str, text: str) -> None:
        """Tab to a field and type over what stands there; in a choice, how a label begins."""
        self.go(name)
        kind, there = self.page.evaluate(
            "[document.activeElement.tagName, document.activeElement.value]"
        )
        if kind == "SELECT":
            self.type(text)
            return
        if there:
            self.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.strokes += len(text)

    def put(self, fields: Sequence[tuple[str, str]]) -> None:
        """Fill several fields of the form at once."""
        self.page.evaluate(_PUT, [list(one) for one in fields])

    def send(self, heading: str) -> None:
        """Send the form and wait until the desk says so."""
        self.submit()
        expect(self.page.locator(".note")).to_contain_text(heading)

    def submit(self) -> None:
        """Send the form and wait for the page that comes of it."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.press("Control+Enter")
