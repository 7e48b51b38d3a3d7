"""What a browser complains of while a test is at a page: on its console, or by asking others."""

from playwright.sync_api import Page

# The browser's own remark where the test was at a field before the page had put it there.
FASTER = "Autofocus processing was blocked because a document already has a focused element."


def hear(page: Page, url: str, said: list[str]) -> None:
    """Add to ``said`` each message of the console, each error, each request beside ``url``."""

    def add(text: str) -> None:
        if text != FASTER:
            said.append(text)

    page.on("console", lambda message: add(message.text))
    page.on("pageerror", lambda error: add(str(error)))
    page.on("request", lambda r: None if r.url.startswith(url) else add(r.url))
