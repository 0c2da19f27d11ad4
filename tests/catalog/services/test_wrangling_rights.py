"""Who may wrangle: wranglers; closed kinds and demotions need a moderator as well."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.core.errors import DomainError, InvalidInput, NotAllowed, SignInRequired
from archive.core.viewer import ANONYMOUS, Viewer
from catalog.models import Kind, Tag
from catalog.services.wrangling import create_tag, decanonise, make_synonym
from tests.factories import make_tag
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(db) -> Viewer:
    """A wrangler who is a moderator too."""
    return viewer_with_roles("both", "wranglers", "moderators")


def refused(act: Callable[[], object]) -> str:
    """The code with which an act is refused."""
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def test_a_key_needs_the_scope_and_its_user_the_role(wrangler):
    tag = make_tag(Kind.FREEFORM)
    narrow = replace(wrangler, scopes=frozenset({"read", "write"}))
    assert refused(lambda: decanonise(actor=narrow, tag_id=tag.pk)) == "scope.missing"
    nobody = replace(wrangler, roles=frozenset())
    assert refused(lambda: decanonise(actor=nobody, tag_id=tag.pk)) == "role.missing"


def test_only_wranglers_wrangle_and_closed_kinds_and_demotions_need_a_moderator(
    wrangler, member, moderator, both
):
    tag, other = make_tag(Kind.FREEFORM, "A"), make_tag(Kind.FREEFORM, "B")
    for actor in (member, moderator):
        with pytest.raises(NotAllowed):
            decanonise(actor=actor, tag_id=tag.pk)
    with pytest.raises(SignInRequired):
        decanonise(actor=ANONYMOUS, tag_id=tag.pk)
    with pytest.raises(NotAllowed):
        make_synonym(actor=wrangler, tag_id=tag.pk, of=other.pk)
    with pytest.raises(NotAllowed):
        create_tag(actor=wrangler, kind=Kind.WARNING, name="Spiders")
    plan = create_tag(actor=both, kind=Kind.WARNING, name="Spiders")
    assert plan.tag is not None
    assert plan.tag.is_canonical
    spiders = plan.tag.pk
    assert refused(lambda: decanonise(actor=both, tag_id=spiders)) == "tag.kind_closed"
    rating = Tag.objects.filter(kind=Kind.RATING)
    first, second = rating[0], rating[1]
    act = refused(lambda: make_synonym(actor=both, tag_id=first.pk, of=second.pk))
    assert act == "tag.kind_closed"
    with pytest.raises(InvalidInput):
        create_tag(actor=both, kind=Kind.RATING, name="")
