"""Lists of the newest works are read from an index, not sorted."""

import pytest
from django.db import connection

from archive.core.viewer import ANONYMOUS
from catalog.models import Work


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a plan of SQLite's")
@pytest.mark.parametrize("ordering", ["-updated", "-published", "title"])
def test_a_page_of_a_list_needs_no_sorting(ordering):
    page = Work.objects.listed_to(ANONYMOUS).in_order(ordering).values("pk")[:5]
    plan = page.explain()
    assert "USING INDEX work_" in plan
    assert "TEMP B-TREE" not in plan
