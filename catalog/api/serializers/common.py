"""Small parts that several answers share."""

from functools import lru_cache

from django.urls import NoReverseMatch, reverse
from rest_framework import serializers

from archive.core.api.links import Links
from catalog.services.exporting import formats

_PLACE = 987_654_321


class IdNameOut(serializers.Serializer):
    """An object by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class BylineOut(serializers.Serializer):
    """A creator as shown; the id is null where the names are kept secret."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class IdTitleOut(serializers.Serializer):
    """An object by id and title."""

    id = serializers.IntegerField()
    title = serializers.CharField()


@lru_cache(maxsize=1)
def _download_paths() -> dict[str, str]:
    """The formats that this archive offers, each with its path with a place for the id."""
    paths = {}
    for name in formats():
        try:
            path = reverse("api:work-download", args=[_PLACE, name])
        except NoReverseMatch:
            continue
        paths[name] = path.replace(str(_PLACE), "{}")
    return paths


def download_links(links: Links, work_id: int) -> dict[str, str]:
    """Where each format of a work can be downloaded."""
    return {name: f"{links.base}{path.format(work_id)}" for name, path in _download_paths().items()}
