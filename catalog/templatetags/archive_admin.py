"""Filters of the pages in the admin."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def entry(table: Mapping[str, Any], key: str) -> Any:
    """The value of a key, or the key itself."""
    return table.get(key, key)
