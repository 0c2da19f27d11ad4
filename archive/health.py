"""Whether the archive lives, and whether it is ready: two addresses for monitors."""

from collections.abc import Callable

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from search.status import index_status

View = Callable[[HttpRequest], HttpResponse]


def _answers_options(view: View) -> View:
    """The methods that there are, for whoever asks; figures are open to pages of other sites."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse() if request.method == "OPTIONS" else view(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS":
            response.headers["Allow"] = "GET, HEAD, OPTIONS"
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        return response

    return answer


@never_cache
@_answers_options
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@never_cache
@_answers_options
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database and index. 503 when nothing can be served.

    ``degraded``, with 200: there is no index, a work is parked, or changes wait for more than a
    minute. The archive then still reads, browses and writes.
    """
    try:
        index = index_status()
    except DatabaseError:
        unknown = dict.fromkeys(("generation", "lag_items", "lag_seconds", "parked"))
        report = {"status": "unavailable", "database": "unavailable", "index": unknown}
        return JsonResponse(report, status=503, headers={"Retry-After": "5"})
    return JsonResponse(
        {
            "status": "ok" if index.is_ok else "degraded",
            "database": "ok",
            "index": {
                "generation": index.generation,
                "lag_items": index.lag_items,
                "lag_seconds": index.lag_seconds,
                "parked": index.parked,
            },
        }
    )


urlpatterns = [
    re_path(r"^health/live/?$", live, name="health-live"),
    re_path(r"^health/ready/?$", ready, name="health-ready"),
    # Whoever reads the contract of the API may look for them here.
    re_path(r"^api/v1/health/live/?$", live, name="health-live-api"),
    re_path(r"^api/v1/health/ready/?$", ready, name="health-ready-api"),
]
