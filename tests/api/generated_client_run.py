"""What tests/api/test_generated_client.py does with the client, in a process of its own."""

import sys
from typing import Any

folder, base, key = sys.argv[1:]
sys.path.insert(0, folder)

from archive_client import AuthenticatedClient, Client  # type: ignore[import-not-found]  # noqa: E402
from archive_client.api.works import (  # type: ignore[import-not-found]  # noqa: E402
    works_create,
    works_delete,
    works_download,
    works_list,
    works_retrieve,
)
from archive_client.models import (  # type: ignore[import-not-found]  # noqa: E402
    WorkRequest,
    WorksListFacetsItem,
    WorksListOrdering,
    WorksRetrieveIncludeItem,
)


def say(*words: object) -> None:
    """One line."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def titles(page: Any) -> str:
    """The titles of a page."""
    return ", ".join(work.title for work in page.results)


guest = Client(base_url=base)
by_title = WorksListOrdering.TITLE
say("listed", works_list.sync(client=guest).count)
found = works_list.sync(client=guest, fandom=["Dracula"], ordering=by_title)
say(f"filtered {found.count}:", titles(found))
pages = [
    works_list.sync(client=guest, fandom=["Dracula"], ordering=by_title, page=page, page_size=2)
    for page in (1, 2)
]
say("paged", " | ".join(titles(page) for page in pages))
facets = works_list.sync(client=guest, facets=[WorksListFacetsItem.FANDOM]).facets
first = facets["fandom"][0]
say("faceted", first.name, first.count)
work = works_retrieve.sync(
    id=found.results[0].id, client=guest, include=[WorksRetrieveIncludeItem.TEXT]
)
say("detail", work.title, "with", work.chapters[0].body_html)
file = works_download.sync_detailed(id=work.id, extension="txt", client=guest)
say("downloaded", file.content.decode().splitlines()[0])
refused = works_list.sync_detailed(client=guest, words="many")
say(
    "refused",
    int(refused.status_code),
    refused.parsed.errors[0].code,
    refused.parsed.errors[0].field,
)
missing = works_retrieve.sync(id=987_654, client=guest)
say("missing", missing.status, missing.code)
writer = AuthenticatedClient(base_url=base, token=key)
made = works_create.sync(client=writer, body=WorkRequest(title="Mine"))
gone = works_delete.sync_detailed(id=made.id, client=writer)
say("written", made.status, f"{made.title},", "deleted", gone.parsed)
