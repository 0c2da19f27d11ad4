"""What people who reported something are told: that it came in, and what became of it."""

from django.conf import settings
from django.utils.translation import get_language, gettext, gettext_noop, override

from archive.core.mail import send_later
from catalog.models import Report
from catalog.report_reasons import reason_labels

_SENTENCES = {
    Report.State.OPEN: gettext_noop(
        "Thank you. Your report came in, and a moderator will look at it."
    ),
    Report.State.IN_PROGRESS: gettext_noop("A moderator is looking at your report."),
    Report.State.RESOLVED: gettext_noop(
        "A moderator has looked at your report and acted on it. Thank you."
    ),
    Report.State.DISMISSED: gettext_noop(
        "A moderator has looked at your report and found that nothing has to be done. "
        "Thank you for telling us."
    ),
}


def tell_reporter(report: Report) -> None:
    """Mail whoever filed a report how it stands, where an address is known.

    Neither the note for other moderators nor what was written in the report is in the mail: the
    address is what somebody typed, and may be somebody else's.
    """
    reporter = report.reporter
    to = report.email or (reporter.email if reporter is not None else "")
    if report.is_by_watch or not to:
        return
    with override(_language(report)):
        reason = reason_labels().get(report.reason, report.reason)
        lines = [
            gettext(_SENTENCES[Report.State(report.state)]),
            "",
            gettext("Report {number}: {reason}").format(number=report.pk, reason=reason),
        ]
        if report.state == Report.State.RESOLVED and report.outcome:
            lines.append(gettext("What was done: {}").format(gettext(report.outcome)))
        subject = gettext("Your report {}").format(report.pk)
    send_later(to=to, subject=subject, text="\n".join(lines))


def _language(report: Report) -> str:
    """The reporter's own; of a guest that of the page, while it is still the guest who asks."""
    if report.reporter is not None:
        return report.reporter.language or settings.LANGUAGE_CODE
    here = get_language() if report.state == Report.State.OPEN else None
    return here or settings.LANGUAGE_CODE
