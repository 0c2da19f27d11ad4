"""Acts on the tag graph as the API takes them: one body, one plan, one answer."""

from collections.abc import Callable
from typing import Any

from rest_framework.response import Response

from archive.core.api.conditional import PreconditionUnmet, expected_version
from archive.core.api.views import ApiView
from archive.core.errors import InvalidInput
from archive.core.parameters import FlagParameter, ParameterForm
from catalog.models import Tag
from catalog.services.wrangling import create_tag, rename_tag, set_unwrangleable
from catalog.services.wrangling_plan import WranglingPlan
from catalog.tagaround import find_tag

DRY_RUN = (
    "With `dry_run=true` nothing changes and the answer is the plan. An act that conflicts with "
    "the graph is 409 `tag.cycle`, `tag.not_canonical`, `tag.self`, `tag.in_use`; a wrong kind is "
    "400 `tag.kind_mismatch`, a name that cannot be 400 `tag.name_invalid`."
)
Values = dict[str, Any]
Presenter = Callable[..., dict[str, Any]]


class DryRunParams(ParameterForm):
    """The parameters of an act."""

    dry_run = FlagParameter("Only tell what would change.", example="true")


def common(view: ApiView, values: Values) -> dict[str, Any]:
    """What every act is given: who, why, and whether it is only a question."""
    return {
        "actor": view.viewer,
        "reason": values.get("reason", ""),
        "dry_run": is_dry_run(view, values),
    }


def is_dry_run(view: ApiView, values: Values) -> bool:
    """Whether only the plan is asked for, in the address or in the body."""
    return bool(view.params.get("dry_run") or values.get("dry_run"))


def answer_act(
    view: ApiView, plan: WranglingPlan, present: Presenter, *, values: Values, status: int = 200
) -> Response:
    """The plan of a question, else the tag as it is now with the number of the act in the log."""
    if is_dry_run(view, values):
        return Response(plan.as_dict())
    if plan.tag is None:
        return Response(status=204)
    return Response(
        {**present(view, find_tag(plan.tag.pk)), "log": plan.log_id},
        status=status if plan.log_id else 200,
    )


def new_tag(view: ApiView, values: Values) -> WranglingPlan:
    """Make a tag."""
    return create_tag(
        kind=values["kind"],
        name=values["name"],
        is_canonical=values.get("canonical", False),
        **common(view, values),
    )


def change_tag(view: ApiView, pk: int, values: Values) -> WranglingPlan:
    """Rename a tag or mark it. Raises InvalidInput unless exactly one of them is asked for."""
    asked = [name for name in ("name", "unwrangleable") if name in values]
    if len(asked) != 1:
        raise InvalidInput(
            "Send either `name` or `unwrangleable`; one act changes one thing.",
            code="request.invalid",
        )
    rows = Tag.objects.filter(pk=pk).values_list("version", flat=True)
    version = expected_version(view.http, "tag", pk, rows.first)
    if version is not None and version != rows.first():
        raise PreconditionUnmet(f"The tag has changed since version {version}; read it again.")
    if "name" in values:
        return rename_tag(tag_id=pk, name=values["name"], **common(view, values))
    return set_unwrangleable(tag_id=pk, value=values["unwrangleable"], **common(view, values))
