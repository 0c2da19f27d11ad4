"""Filters and tags of the pages in the admin."""

from collections.abc import Mapping
from typing import Any

from django import template

from catalog.desk_numbers import what_waits
from catalog.models import ActionLog

register = template.Library()
_ACTS_SHOWN = 10
register.simple_tag(what_waits)


@register.simple_tag
def acts_of(user_id: int) -> list[ActionLog]:
    """What an account did last, the newest first."""
    return list(ActionLog.objects.filter(actor_id=user_id).order_by("-id")[:_ACTS_SHOWN])


@register.filter
def entry(table: Mapping[str, Any], key: str) -> Any:
    """The value of a key, or the key itself."""
    return table.get(key, key)
