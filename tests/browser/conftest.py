"""Fixtures of the browser: Debian's chromium, the demo archive, pages that note every fault."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.site import Site, serve_demo

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEMAND = "UNDERCROFT_BROWSER"
_TIMEOUT = 90_000


@dataclass
class Visitor:
    """A person at a browser: the page, and what went wrong on it."""

    page: Page
    site: Site
    faults: list[str] = field(default_factory=list)
    clicks: int = 0

    def go(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(self.site.address(path))
        return self.page

    def click(self, what: Any) -> None:
        """Click, and count it."""
        target = self.page.locator(what) if isinstance(what, str) else what
        target.first.click()
        self.clicks += 1

    def link(self, name: str, *, exact: bool = True) -> Any:
        """The link with this text."""
        return self.page.get_by_role("link", name=name, exact=exact)

    def sign_in(self, name: str) -> None:
        """Sign in with an account of the demo."""
        self.go("/account/login/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", self.site.passwords[name])
        self.page.click(".sign-in button[type=submit]")
        self.page.wait_for_selector(".site-account, #user-tools")

    @property
    def is_too_wide(self) -> bool:
        """Whether the page is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))


def choose_suggestion(visit: Visitor, field: str, name: str) -> None:
    """Wait for the suggestions below a field, and choose the one with exactly this name."""
    option = visit.page.locator(f"{field}-list [role=option]").filter(
        has=visit.page.locator("bdi").get_by_text(name, exact=True)
    )
    visit.click(option)
    visit.page.locator(f"{field}-list").wait_for(state="hidden")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of this machine; without one the tests are skipped, or fail on demand."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no browser: none of {', '.join(NAMES)} is installed"
        if os.environ.get(DEMAND) == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def site(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo archive, once a session."""
    folder = tmp_path_factory.mktemp("site")
    with serve_demo(folder) as served:
        yield served
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One browser a module: while it runs, its event loop would bar other tests from the database."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Call it for a person at a screen; at the end no script may have failed, no policy broken."""
    opened: list[tuple[BrowserContext, Visitor]] = []

    def come(
        width: int = 1280, theme: str = "light", *, script: bool = True, language: str = "en-GB"
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=script,
            locale=language,
            accept_downloads=True,
        )
        context.set_default_timeout(_TIMEOUT)
        person = Visitor(context.new_page(), site)

        def note(message: ConsoleMessage) -> None:
            if message.type == "error" and "status of 4" not in message.text:
                person.faults.append(message.text)

        person.page.on("console", note)
        person.page.on("pageerror", lambda error: person.faults.append(str(error)))
        opened.append((context, person))
        return person

    yield come
    faults = [fault for _, person in opened for fault in person.faults]
    for context, _ in opened:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Where to keep pictures of pages: the folder named by ``UNDERCROFT_SCREENSHOTS``."""
    named = os.environ.get("UNDERCROFT_SCREENSHOTS")
    if not named:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
