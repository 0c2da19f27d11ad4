"""Acts on tags: canonical, synonym, split, links, undo."""

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import In
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.errors import NotFound
from catalog.api import examples
from catalog.api.serializers.tags import (
    LinksIn,
    ReasonIn,
    SynonymIn,
    TagDetailOut,
    UndoIn,
)
from catalog.api.views.tags import present_tag
from catalog.api.wrangling import DRY_RUN, DryRunParams, Values, answer_act, common
from catalog.models import ActionLog
from catalog.services.metatags import change_metatags
from catalog.services.tag_links import change_parents
from catalog.services.wrangling import decanonise, make_canonical, make_synonym, split_synonym
from catalog.services.wrangling_plan import WranglingPlan
from catalog.services.wrangling_undo import undo_wrangling

Run = Callable[[ApiView, int, Values], WranglingPlan]


def _act(
    name: str,
    summary: str,
    body: type[In],
    example: Any,
    run: Run,
    *,
    may_delete: bool = False,
) -> type[ApiView]:
    """The view of one act; 204 where it can leave no tag behind."""

    class TagAct(ApiView):
        """One act on a tag."""

        parameters: ClassVar[Any] = {"POST": DryRunParams}
        scopes: ClassVar[Any] = {"POST": "wrangle"}

        @operation(
            id=f"tags_{name}",
            summary=summary,
            description=f"{summary}. {DRY_RUN}",
            request=body,
            request_example=example,
            answer=TagDetailOut,
            others={204: None} if may_delete else None,
            example={**examples.TAG_DETAIL, "log": 5},
            tag="wrangling",
        )
        def post(self, request: Request, pk: int) -> Response:
            """The tag as it is now, or the plan."""
            values = body.values_of(request.data)
            return answer_act(self, run(self, pk, values), present_tag, values=values)

    TagAct.__name__ = f"Tag{name.title().replace('_', '')}"
    return TagAct


def _undo(view: ApiView, pk: int, values: Values) -> WranglingPlan:
    row = ActionLog.objects.filter(pk=values["log"], object_kind="tag", object_id=pk)
    if view.viewer.is_wrangler and not row.exists():
        raise NotFound(f"The tag {pk} has no act {values['log']}.", code="log.not_found")
    return undo_wrangling(log_id=values["log"], **common(view, values))


MakeCanonical = _act(
    "make_canonical",
    "Let works be found under a tag",
    ReasonIn,
    {"reason": "Used by many works."},
    lambda view, pk, values: make_canonical(tag_id=pk, **common(view, values)),
)
Decanonise = _act(
    "decanonise",
    "Make a canonical tag unsorted",
    ReasonIn,
    {"reason": "Too vague to filter by."},
    lambda view, pk, values: decanonise(tag_id=pk, **common(view, values)),
)
MakeSynonym = _act(
    "make_synonym",
    "Merge a tag into a canonical one of its kind",
    SynonymIn,
    {"of": "Slow Burn"},
    lambda view, pk, values: make_synonym(tag_id=pk, of=values["of"], **common(view, values)),
)
Split = _act(
    "split",
    "Cut a synonym from its canonical tag",
    ReasonIn,
    {"reason": "They mean different things."},
    lambda view, pk, values: split_synonym(tag_id=pk, **common(view, values)),
)
Metatags = _act(
    "metatags",
    "Add broader tags to a tag, or remove them",
    LinksIn,
    {"add": ["Pining"], "remove": []},
    lambda view, pk, values: change_metatags(
        tag_id=pk,
        add=values.get("add", ()),
        remove=values.get("remove", ()),
        **common(view, values),
    ),
)
Parents = _act(
    "parents",
    "Say what a tag belongs to",
    LinksIn,
    {"add": ["Sherlock Holmes"]},
    lambda view, pk, values: change_parents(
        tag_id=pk,
        add=values.get("add", ()),
        remove=values.get("remove", ()),
        **common(view, values),
    ),
)
Undo = _act("undo", "Take back an act of wrangling", UndoIn, {"log": 5}, _undo, may_delete=True)
