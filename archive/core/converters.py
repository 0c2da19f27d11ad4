"""Parts of addresses; importing this module makes ``<rowid:id>`` known to tables of addresses."""

from django.urls import register_converter


class RowId:
    """The id of a row: short enough for every database, so that a longer one is simply not there."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Its digits."""
        return str(value)


register_converter(RowId, "rowid")
