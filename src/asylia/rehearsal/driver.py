"""What drives a Chromium, where the machine has it; ``sync_playwright`` is None where not."""

__all__ = [
    "BrowserContext",
    "BrowserType",
    "Page",
    "PlaywrightError",
    "Route",
    "expect",
    "sync_playwright",
]

try:
    from playwright.sync_api import (
        BrowserContext,
        BrowserType,
        Page,
        Route,
        expect,
        sync_playwright,
    )
    from playwright.sync_api import Error as PlaywrightError
except ImportError:  # a team's machine need not have it; the tests do
    BrowserContext = BrowserType = Page = PlaywrightError = Route = None  # type: ignore[assignment, misc]
    expect = sync_playwright = None  # type: ignore[assignment]
