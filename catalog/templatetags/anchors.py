"""Texts of works and chapters as pages show them: footnotes of one never lead into another."""

from django import template

from archive.core.html_anchors import anchors_at
from catalog.models.sanitised import SanitisedModel
from catalog.web.footnotes import place_of

register = template.Library()


@register.filter
def html_of(row: SanitisedModel, name: str) -> str:
    """A field of HTML, its anchors named after the row and the field: unique on any page."""
    return anchors_at(getattr(row, name), place_of(type(row), row.pk, name))
