"""Filters of the wranglers' pages."""

from django import template
from django.urls import reverse

from catalog.models import PROXIES, Kind, Tag

register = template.Library()


@register.filter
def desk_page(tag: Tag) -> str:
    """The page of a tag on the desk, whatever its kind."""
    return reverse(
        f"admin:catalog_{PROXIES[Kind(tag.kind)]._meta.model_name}_change", args=[tag.pk]
    )
