"""Filters of the wranglers' pages."""

from datetime import datetime

from django import template
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext

from catalog.admin.tag_acts import LABELS
from catalog.kindwords import kind_word
from catalog.models import PROXIES, Kind, Tag
from catalog.tagbins import STATE_LABELS, Bin

register = template.Library()
register.filter(kind_word)


@register.filter
def desk_page(tag: Tag) -> str:
    """The page of a tag on the desk, whatever its kind."""
    return reverse(
        f"admin:catalog_{PROXIES[Kind(tag.kind)]._meta.model_name}_change", args=[tag.pk]
    )


@register.filter
def age(since: datetime | None) -> str:
    """How long ago, in the largest unit alone: 3 days."""
    return timesince(since, depth=1) if since else ""


@register.filter
def short_state(state: str) -> str:
    """The heading of a narrow column; the whole word stands beside it."""
    return state if len(state) <= _NARROW else f"{state[:_CUT]}."


@register.filter
def bin_label(found: Bin) -> str:
    """What the tags of a bin are: Unsorted. Small screens show it beside each number."""
    return gettext(STATE_LABELS[found.state])


@register.filter
def state_word(tag: Tag) -> str:
    """The bin that a tag is in, as the lists call it."""
    return gettext(STATE_LABELS["unwrangled"] if tag.status == "unwrangled" else tag.status)


@register.filter
def act_word(verb: str) -> str:
    """An act as its button calls it; one without a button by the verb of the log."""
    label = LABELS.get(verb.removeprefix("tag."))
    return gettext(label).removesuffix("…").strip() if label else verb


@register.filter
def kind_label(found: Bin) -> str:
    """The kind of the tags of a bin."""
    return gettext(str(Kind(found.kind).label))


_NARROW, _CUT = 8, 5
