"""The log of acts: rows are added, never changed or taken away, by nobody and no way."""

import pytest
from django.db import DatabaseError, connection, transaction

from archive.core.viewer import SYSTEM
from catalog.models import ActionLog
from catalog.services.log import log_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> ActionLog:
    return log_action(actor=SYSTEM, verb="work.hide", object_kind="work", object_id=1)


def test_the_model_refuses_to_change_or_delete_a_row(row):
    row.verb = "work.restore"
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


@pytest.mark.parametrize(
    "act",
    [
        lambda: ActionLog.objects.update(reason="another"),
        lambda: ActionLog.objects.all().delete(),
        lambda: ActionLog.objects.bulk_update(_changed(), ["reason"]),
        lambda: connection.cursor().execute("UPDATE catalog_actionlog SET verb = 'x'"),
        lambda: connection.cursor().execute("DELETE FROM catalog_actionlog"),
    ],
    ids=["update", "delete", "bulk_update", "sql update", "sql delete"],
)
def test_the_database_refuses_too(row, act):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()
    assert ActionLog.objects.get().verb == "work.hide"


def _changed() -> list[ActionLog]:
    rows = list(ActionLog.objects.all())
    for row in rows:
        row.reason = "another"
    return rows
