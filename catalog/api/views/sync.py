"""What changed since a client looked last, so that it can mirror the catalogue."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import Out, sparse
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.parameters import NumberParameter, ParameterForm, TextParameter
from catalog.services.changes import settle
from catalog.sync import Change, changes_since

USUAL, MOST = 100, 1_000


class ChangeOut(Out):
    """A work to fetch again, or to forget."""

    sparse = True

    id = serializers.IntegerField(source="work_id", help_text="Of the work.")
    change = serializers.ChoiceField(
        choices=("upsert", "delete"), help_text="upsert: new or changed. delete: gone for you."
    )
    version = serializers.IntegerField(allow_null=True, help_text="Null where it is gone.")
    updated_at = serializers.DateTimeField(
        allow_null=True, help_text="As in the work; null where it is gone."
    )
    url = serializers.URLField(help_text="The work in this API.")

    def get_change(self, change: Change) -> str:
        """What to do with it."""
        return "delete" if change.is_gone else "upsert"

    def get_url(self, change: Change) -> str:
        """The work in this API."""
        return self.links.api("work-detail", change.work_id)


class ChangesOut(serializers.Serializer):
    """Changes in their order."""

    changes = ChangeOut(many=True)
    cursor = serializers.CharField(help_text="Send it as `since` to get what comes after.")
    more = serializers.BooleanField(help_text="Whether more is there already.")
    reset = serializers.BooleanField(
        help_text="The archive was put back from a backup, so these changes begin anew: when "
        "`more` is false, forget whatever was not among them."
    )


@sparse(ChangeOut)
class SyncParams(ParameterForm):
    """The parameters of the changes."""

    since = TextParameter(
        "The `cursor` of an earlier answer; without it from the beginning; `now` for no change, "
        "but the cursor behind all that were.",
        example="9f3c1e02.1041",
    )
    page_size = NumberParameter("How many changes.", low=1, high=MOST, example=1000)


class SyncWorks(ApiView):
    """The changes of works."""

    parameters: ClassVar[Any] = {"GET": SyncParams}

    @operation(
        id="sync_works",
        summary="What changed",
        description="Every change of the works that lists show you, in order: also those by tags "
        "that were renamed or merged. A work that changed twice stands once, at its last change. "
        "What you may no longer see is a `delete`. Ask with the last `cursor` until `more` is "
        "false; a cursor never expires.",
        answer=ChangesOut,
        example={
            "changes": [
                {
                    "id": 7,
                    "change": "upsert",
                    "version": 3,
                    "updated_at": "2024-03-01T12:00:00Z",
                    "url": "https://archive.example/api/v1/works/7/",
                },
                {
                    "id": 5,
                    "change": "delete",
                    "version": None,
                    "updated_at": None,
                    "url": "https://archive.example/api/v1/works/5/",
                },
            ],
            "cursor": "9f3c1e02.1042",
            "more": False,
            "reset": False,
        },
        tag="sync",
    )
    def get(self, request: Request) -> Response:
        """Some changes."""
        epoch = settle()
        found = changes_since(
            self.params["since"] or "",
            self.viewer,
            epoch=epoch,
            size=self.params["page_size"] or USUAL,
        )
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        return Response(
            {
                "changes": ChangeOut(context=context).present_all(found.changes),
                "cursor": found.cursor,
                "more": found.more,
                "reset": found.reset,
            }
        )
