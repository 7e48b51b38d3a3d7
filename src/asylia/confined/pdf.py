"""The text layer of a PDF, by package ``pypdf``.

Upholds: pages in order, each under its number, so that a quote's place can be found on paper.
Refuses: a file under a password, more than its limits.
"""

import io
import logging
from typing import Any

import pypdf
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from asylia.confined.failing import FailedError

MOST_PAGES = 2000
MOST_TEXT = 4 << 20  # characters
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def read(content: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """``text``; nothing else, since a PDF does not say where it was saved from."""
    del options
    try:
        pages = PdfReader(io.BytesIO(content)).pages
        if len(pages) > MOST_PAGES:
            raise FailedError("too_large")
        texts = [page.extract_text() for page in pages]
    except FileNotDecryptedError:
        raise FailedError("encrypted") from None
    parts = [f"[{at}]\n{text.strip()}" for at, text in enumerate(texts, start=1) if text.strip()]
    text = "\n\n".join(parts)
    if not text:
        raise FailedError("no_text")
    if len(text) > MOST_TEXT:
        raise FailedError("too_large")
    return {"text": text, "by": f"pypdf {pypdf.__version__}"}
