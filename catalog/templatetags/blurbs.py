"""Works in lists and heads of pages, and facets, drawn in one pass by ``catalog.web``."""

from django import template

from catalog.web.blurbs import draw_blurbs, draw_byline, draw_symbols
from catalog.web.facets import draw_facets

register = template.Library()
register.simple_tag(draw_blurbs, name="blurbs")
register.simple_tag(draw_facets, name="facets")
register.filter("symbols", draw_symbols)
register.filter("byline", draw_byline)
