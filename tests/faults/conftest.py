"""An archive ready to be broken, copied from one that is prepared once."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site

WORDS = ("washcloth", "lantern", "harbour", "violin", "orchard")
EACH = 4


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An archive of twenty works with its index, no process running."""
    if os.environ.get("ARCHIVE_DATABASE_URL"):
        pytest.skip("faults are put into archives on SQLite; make faults names what else it runs")
    site = Site(tmp_path_factory.mktemp("prepared"))
    site.prepare()
    try:
        site.start_web()
        for number in range(EACH * len(WORDS)):
            answer = site.post_work(f"Work {number}", f"About a {WORDS[number % len(WORDS)]}.")
            assert answer.status == 201, answer.text
    finally:
        site.stop()
    site.manage("rebuild_index")
    return site


@pytest.fixture
def new_site(prepared: Site, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Call it for an archive of one's own; everything it runs ends with the test."""
    made: list[Site] = []

    def make(folder: Path = tmp_path, **settings: str) -> Site:
        site = Site(folder, key=prepared.key, settings=settings)
        shutil.copytree(prepared.data, site.data, copy_function=shutil.copy2)
        made.append(site)
        return site

    yield make
    for site in made:
        site.stop()


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    """An archive of twenty works with its index, no process running."""
    return new_site()
