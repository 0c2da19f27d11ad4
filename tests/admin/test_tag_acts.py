"""Acts on many tags at once cost a fixed number of statements for each tag, and no more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.admin.tag_acts import ACTS, plan_act, run_act
from catalog.models import Kind
from tests.factories import make_tag
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


def statements(act, tags, target, actor) -> tuple[int, int]:
    """Of the plan and of the act."""
    with CaptureQueriesContext(connection) as plan:
        planned = plan_act(ACTS[act], tags, actor=actor, target=target)
    assert len(planned.possible) == len(tags)
    with CaptureQueriesContext(connection) as run:
        done = run_act(ACTS[act], tags, actor=actor, target=target, reason="")
    assert len(done.possible) == len(tags)
    return len(plan), len(run)


@pytest.mark.parametrize(
    ("act", "target"), [("synonym", "Target"), ("canonical", ""), ("parent", "Fan")]
)
def test_the_cost_of_a_tag_does_not_grow_with_their_number(act, target):
    both = viewer_with_roles("both", "wranglers", "moderators")
    make_tag(Kind.FREEFORM, "Target")
    make_tag(Kind.FANDOM, "Fan")
    counts = {}
    for number in (1, 6):
        tags = [
            make_tag(Kind.FREEFORM, f"{act} {number} {place}", is_canonical=False)
            for place in range(number)
        ]
        counts[number] = statements(act, tags, target, both)
    (plan, run), (plans, runs) = counts[1], counts[6]
    assert plans <= 6 * plan
    # The transaction around them is begun and ended once.
    assert runs <= 6 * run + 2
    assert plan <= 22
    assert run <= 55
