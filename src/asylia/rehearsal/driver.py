"""What drives a Chromium, where the machine has it; ``sync_playwright`` is None where not."""

__all__ = ["Page", "PlaywrightError", "expect", "sync_playwright"]

try:
    from playwright.sync_api import Error as PlaywrightError
    from playwright.sync_api import Page, expect, sync_playwright
except ImportError:  # a team's machine need not have it; the tests do
    Page = PlaywrightError = expect = sync_playwright = None  # type: ignore[assignment, misc]
