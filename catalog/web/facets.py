"""The facets of the filter panel, drawn in one pass as ``catalog.web.blurbs`` draws works."""

from collections.abc import Iterable
from html import escape

from django.utils.formats import get_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archive.core.markup import as_markup
from catalog.web.panel import PanelFacet, PanelValue

_RULED_OUT = ' class="ruled-out"'


def draw_facets(facets: Iterable[PanelFacet], api_root: str) -> SafeString:
    """Each facet with its values, the way to more of them, and the field for another one."""
    without, more = escape(gettext("without %(name)s")), escape(gettext("More"))
    separator = str(get_format("THOUSAND_SEPARATOR"))
    drawn: list[str] = []
    for facet in facets:
        kind, label = facet.kind, escape(facet.label)
        rows = [_value(facet, value, without, separator) for value in facet.values]
        drawn.append(
            f'<details class="facet" data-kind="{kind}" id="facet-{kind}"'
            f"{' open' if facet.is_open else ''}><summary>{label}</summary>"
        )
        if rows:
            drawn.append(f"<ul>{''.join(rows)}</ul>")
        if facet.more:
            address = f"{escape(facet.more)}#facet-{kind}"
            drawn.append(
                f'<p class="more"><a href="{address}">{more}'
                f'<span class="hidden"> {label}</span></a></p>'
            )
        if facet.search_label:
            drawn.append(_find(facet, escape(api_root)))
        drawn.append("</details>\n")
    return as_markup("".join(drawn))


def _value(facet: PanelFacet, value: PanelValue, without: str, separator: str) -> str:
    name, key = escape(value.name), escape(value.value)
    count = ""
    if value.count is not None:
        count = f"<small>{value.count:,}</small>".replace(",", separator)
    is_in, is_out = value.state == "in", value.state == "out"
    return (
        f"<li{_RULED_OUT if is_out else ''}><label>"
        f'<input type="checkbox" name="{facet.include}" value="{key}"{_checked(is_in)}>'
        f"<bdi>{name}</bdi>{count}</label>"
        f'<input type="checkbox" name="{facet.exclude}" value="{key}"'
        f'{_checked(is_out)} aria-label="{without % {"name": name}}">'
    )


def _checked(given: bool) -> str:  # noqa: FBT001  one word in a tag
    return " checked" if given else ""


def _find(facet: PanelFacet, api_root: str) -> str:
    kind = facet.kind
    return (
        f'<div class="field find"><label for="find-{kind}">{escape(facet.search_label)}</label>'
        f'<input id="find-{kind}" name="{facet.include}" maxlength="150"'
        f' data-suggest="{api_root}tags/autocomplete/?kind={kind}"></div>'
    )
