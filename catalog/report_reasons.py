"""The reasons for reports that a new archive offers; the host words them anew in the admin."""

from typing import Any

from django.utils.translation import gettext, gettext_noop

from catalog.models import ReportReason

WATCH_LIST = "watch_list"
DEFAULTS = (
    ("spam", gettext_noop("Spam or advertising"), ""),
    (
        "plagiarism",
        gettext_noop("Somebody else's work"),
        gettext_noop("Say where the original is, if you know."),
    ),
    (
        "missing_warning",
        gettext_noop("A content warning is missing"),
        gettext_noop("Say which one, and where."),
    ),
    ("wrong_rating", gettext_noop("The rating is wrong"), ""),
    ("wrong_tags", gettext_noop("The tags or the language are wrong"), ""),
    ("harassment", gettext_noop("Harassment"), ""),
    (
        "illegal",
        gettext_noop("Against the law"),
        gettext_noop("Say which law, and of which country."),
    ),
    ("other", gettext_noop("Something else"), ""),
    (WATCH_LIST, gettext_noop("The watch list found something"), ""),
)


def load_reasons(**kwargs: Any) -> None:
    """Add the reasons that are not there yet; those that the host changed are left alone."""
    present = set(ReportReason.objects.values_list("code", flat=True))
    ReportReason.objects.bulk_create(
        [
            ReportReason(
                code=code,
                label=label,
                help=help_text,
                position=place * 10,
                is_offered=code != WATCH_LIST,
            )
            for place, (code, label, help_text) in enumerate(DEFAULTS, start=1)
            if code not in present
        ],
        ignore_conflicts=True,
    )


def reason_labels() -> dict[str, str]:
    """All reasons by code, in the language of the reader where they are those of a new archive."""
    rows = ReportReason.objects.values_list("code", "label")
    return {code: gettext(label) for code, label in rows}
