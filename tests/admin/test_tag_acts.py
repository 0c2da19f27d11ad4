"""Acts on many tags at once take the same few statements for two tags and for fifty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.admin.tag_acts import ACTS, plan_act, run_act
from catalog.models import Kind
from tests.factories import make_tag, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db

MOST_FOR_A_PLAN = 25
MOST_FOR_AN_ACT = 60


def statements(act, tags, target, actor) -> tuple[int, int]:
    """Of the plan and of the act."""
    with CaptureQueriesContext(connection) as plan:
        planned = plan_act(ACTS[act], tags, actor=actor, target=target)
    assert len(planned.possible) == len(tags)
    with CaptureQueriesContext(connection) as run:
        done = run_act(ACTS[act], tags, actor=actor, target=target, reason="")
    assert len(done.possible) == len(tags)
    assert all(row.plan.log_id for row in done.rows)
    return len(plan), len(run)


def tags_to_act_on(act: str, number: int) -> list:
    """Tags in the state that the act is for, each on a work."""
    values = {
        "split": {"synonym_of": make_tag(Kind.FREEFORM, "Meaning")},
        "decanonise": {"is_canonical": True},
        "demote": {"is_canonical": True},
        "metatag": {"is_canonical": True},
        "wrangleable": {"is_canonical": False, "is_unwrangleable": True},
    }.get(act, {"is_canonical": False})
    tags = [make_tag(Kind.FREEFORM, f"{act} {number} {at}", **values) for at in range(number)]
    for start in range(0, number, 25):
        make_work(tags={Kind.FREEFORM: [tag.name for tag in tags[start : start + 25]]})
    if act == "demote":
        for tag in tags:
            make_tag(Kind.FREEFORM, f"{tag.name} same", synonym_of=tag)
    return tags


@pytest.mark.parametrize(
    ("act", "target"),
    [
        ("canonical", ""),
        ("unwrangleable", ""),
        ("wrangleable", ""),
        ("split", ""),
        ("decanonise", ""),
        ("synonym", "Target"),
        ("synonym", "A name that nobody knows"),
        ("demote", "Target"),
        ("parent", "Fan"),
        ("metatag", "Target"),
    ],
)
def test_the_cost_of_an_act_does_not_grow_with_the_number_of_tags(act, target):
    both = viewer_with_roles("both", "wranglers", "moderators")
    make_tag(Kind.FREEFORM, "Target")
    make_tag(Kind.FANDOM, "Fan")
    counts = []
    for number in (2, 50):
        tags = tags_to_act_on(act, number)
        name = f"{target} {number}" if target.startswith("A name") else target
        counts.append(statements("synonym" if act == "demote" else act, tags, name, both))
    assert counts[0] == counts[1]
    plan, run = counts[1]
    assert plan <= MOST_FOR_A_PLAN
    assert run <= MOST_FOR_AN_ACT
