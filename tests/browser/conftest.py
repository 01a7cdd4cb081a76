"""What every browser test may lean on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def browsers_close(browser: Browser) -> Iterator[None]:
    """Close what a test opened: a page left open goes on asking and holds its connections."""
    before = browser.contexts
    yield
    for context in browser.contexts:
        if context not in before:
            context.close()
