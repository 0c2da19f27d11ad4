"""The admin shows no text that is not in the German catalogue: all translations are masked here."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import ApiKey, Invitation, SecurityEvent, User
from archive.accounts.security_log import record
from archive.accounts.services import create_api_key
from archive.core.viewer import SYSTEM
from catalog.labels import FIELDS, MODELS
from catalog.models import (
    ActionLog,
    Chapter,
    DuplicatePair,
    Kind,
    Language,
    Report,
    ReportReason,
    Tag,
    WatchTerm,
    Work,
)
from catalog.services.log import log_action
from search.models import IndexEvent
from tests.factories import make_creator, make_series, make_tag, make_user, make_work
from tests.masked import left_over
from tests.viewers import user_with_roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("german_masked")]
GERMAN = {"headers": {"accept-language": "de"}}
OWN_NAMES = (
    "Undercroft English Deutsch CSV API EPUB MB KB GB URL ID Whoosh",
    "creator ozfan words tag fluff",  # an example in the query language
    "True False Chapter",  # Django's own, in pictures of yes and no, and in paths to a row
)
"""What is called the same in every language, and acts of the log, which are codes."""
REFUSED = {
    *("account.not_found", "act.unknown", "not_found", "password.wrong", "reason.missing"),
    *("report.none_open", "report.outcome", "tag.in_use", "tag.kind_mismatch"),
    *("tag.name_invalid", "tag.unknown", "user.not_wrangler", "watch.exists", "watch.invalid"),
    *("work.not_found", "work.not_held", "work.not_hidden", "work.not_locked"),
    *("work.not_postable", "work.not_yours"),
}
"""Codes of what is provoked here."""


@pytest.fixture
def rows() -> Work:
    """Rows of every model, all named in Greek letters."""
    pen = make_creator("Άδα", user=make_user("xx"))
    tags = {
        Kind.FANDOM: ["Λάμπα"],
        Kind.CHARACTER: ["Ίρις"],
        Kind.RELATIONSHIP: ["Ίρις/Άννα"],
        Kind.FREEFORM: ["νύχτα"],
    }
    work, other = (
        make_work(title, text="Νύχτα.", creators=[pen], tags=tags) for title in ("Φως", "Σκιά")
    )
    Work.everything.filter(pk=other.pk).update(held_at=timezone.now())
    make_series(work, title="Σειρά")
    make_tag(Kind.MEDIA, "Βιβλία")
    loose = make_tag(Kind.FREEFORM, "βράδυ", is_canonical=False)
    make_tag(Kind.FREEFORM, "νυξ", synonym_of=Tag.objects.get(name="νύχτα"))
    create_api_key(user=make_user("yy"), name="κλειδί", scopes=["read"])
    for kind, pk in (("work", work.pk), ("tag", loose.pk), ("creator", pen.pk)):
        Report.objects.create(target_kind=kind, target_id=pk, target_label="Φ", reason="spam")
    Invitation.objects.create(digest="a" * 64, expires_at=timezone.now() + timedelta(days=1))
    record("key.created", name="κ")
    WatchTerm.objects.create(text="φως", folded="φως")
    DuplicatePair.objects.create(first=work, second=other, likeness=90)
    IndexEvent.objects.create(kind="work", object_id=work.pk, is_parked=True, last_error="σ")
    log_action(actor=SYSTEM, verb="tag.rename", object_kind="tag", object_id=loose.pk, label="β")
    return work


def known() -> list[str]:
    """The words of the data; codes of roles, reasons and acts are data too."""
    return [
        *OWN_NAMES,
        *User.objects.values_list("username", flat=True),
        *Group.objects.values_list("name", flat=True),
        *Tag.objects.values_list("name", flat=True),
        *ReportReason.objects.values_list("code", flat=True),
        *(
            word
            for row in Language.objects.values_list("name", "native_name", "code")
            for word in row
        ),
        *Language.objects.values_list("stemmer", flat=True),
        *ReportReason.objects.values_list("label", flat=True),
        *ReportReason.objects.values_list("help", flat=True),
        *ApiKey.objects.values_list("prefix", flat=True),
        *SecurityEvent.objects.values_list("name", flat=True),
        *SecurityEvent.objects.values_list("network", flat=True),
        "archive.watch duplicate.dismissed works and hide restore lock unlock approve refuse delete",
        "undelete correct take leave dismiss resolve key.created sign_in.ok permission.denied tag.rename system memory read zul",
        "/admin/accounts/securityevent/add/ apikey unknown tag",
    ]


def pages(work: Work) -> Iterator[str]:
    """Lists, rows, forms for new rows, filters and the pages of our own."""
    yield from ("/admin/", "/admin/dashboard/", "/admin/search/indexevent/health/")
    yield from ("/admin/catalog/report/queue/", "/admin/catalog/report/queue/?mine=1")
    for report in Report.objects.all():
        yield f"/admin/catalog/report/desk/{report.target_kind}/{report.target_id}/"
    chapter = work.chapters.unscoped("test").order_by("pk")[0]
    yield f"/admin/catalog/report/desk/chapter/{chapter.pk}/"
    yield "/admin/catalog/report/desk/work/99999/"
    yield from ("/admin/catalog/fandom/desk/", "/admin/catalog/fandom/desk/?mine=1")
    yield from ("/admin/catalog/fandom/desk/?q=zz", "/admin/catalog/fandom/day/")
    yield from ("/admin/catalog/freeform/next/", "/admin/catalog/category/next/")
    yield f"/admin/accounts/user/{work.creators.get().user_id}/acts/"
    yield from ("/admin/catalog/work/?q=zz", "/admin/catalog/work/99999/change/")
    for model in admin.site._registry:
        meta = model._meta
        listed = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        yield listed
        yield f"{listed}add/"
        rows = model.everything if model in (Chapter, Work) else model._default_manager
        row = rows.order_by("-pk").values_list("pk", flat=True).first()
        yield f"{listed}{row}/change/"


def test_no_page_of_the_admin_shows_a_text_without_translation(rows):
    """Asks for a hundred pages: one walk is cheaper than rows made for each."""
    client = Client()
    staff = user_with_roles("zz", "moderators", "wranglers", "archivists", superuser=True)
    client.force_login(staff)
    found = {}
    for address in pages(rows):
        answer = client.get(address, follow=True, **GERMAN)
        assert answer.status_code in (200, 403, 404), address
        if fault := left_over(answer.content.decode(), known()):
            found[address] = fault
    assert found == {}


def test_every_name_of_a_model_that_the_admin_knows_is_translated():
    assert {str(model._meta.verbose_name) for model in admin.site._registry} == {
        str(one) for one, _ in MODELS.values()
    }
    assert len(set(FIELDS)) == len(FIELDS)


def acts_that_fail(work: Work) -> Iterator[tuple[str, dict[str, object]]]:
    """What is sent, and cannot be done as it was sent."""
    desk = f"/admin/catalog/report/desk/work/{work.pk}/"
    for values in (
        {"act": "hide"},
        {"act": "restore", "reason": "γ"},
        {"act": "unlock", "reason": "γ"},
        {"act": "approve", "reason": "γ"},
        {"act": "undelete", "reason": "γ"},
        {"act": "correct", "reason": "γ"},
        {"act": "suspend", "reason": "γ"},
        {"act": "resolve", "reason": "γ" * 101},
        {"act": "zz"},
    ):
        yield desk, dict(values)
    yield "/admin/catalog/report/desk/tag/99999/", {"act": "dismiss"}
    user = work.creators.get().user_id
    for act in ("suspend", "reinstate", "roles", "zz"):
        yield f"/admin/accounts/user/{user}/acts/", {"act": act}
    yield "/admin/accounts/user/99999/acts/", {"act": "suspend"}
    key, loose = ApiKey.objects.get().pk, Tag.objects.get(name="βράδυ").pk
    for _ in range(2):
        yield "/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [key]}
    works = {"action": "approve_selected", "_selected_action": [work.pk], "reason": "γ"}
    yield "/admin/catalog/work/", works
    yield "/admin/catalog/work/", {"action": "post_selected", "_selected_action": [work.pk]}
    pair = DuplicatePair.objects.get().pk
    yield "/admin/catalog/duplicatepair/", {"action": "dismiss", "_selected_action": [pair]}
    for text in ("νύχτα", "νύχτα", "λ", ""):
        term = {"kind": "words", "text": text, "note": "", "is_active": "on"}
        yield "/admin/catalog/watchterm/add/", term
    yield "/admin/catalog/freeform/add/", {"name": "νύχτα"}
    yield "/admin/catalog/freeform/add/", {"name": "α, β"}
    for act, target in (
        ("split", ""),
        ("synonym", "βράδυ"),
        ("synonym", "νυξ"),
        ("metatag", "βράδυ"),
        ("parent", "κανείς"),
        ("rename", "νύχτα"),
        ("wrangleable", ""),
    ):
        sent = {"action": act, "_selected_action": [loose], "target": target, "single": "1"}
        yield "/admin/catalog/freeform/", {**sent, "confirmed": ""}
        yield "/admin/catalog/freeform/", {**sent, "confirmed": "1"}
    assign = "/admin/catalog/fandom/desk/assign/"
    yield assign, {"fandom": Tag.objects.get(name="Λάμπα").pk, "wrangler": "κανείς"}
    yield assign, {"fandom": loose}
    undo = {"action": "undo", "_selected_action": [ActionLog.objects.latest("pk").pk]}
    yield "/admin/catalog/actionlog/", undo
    yield f"/admin/catalog/work/{work.pk}/change/", {"title": ""}
    yield "/admin/accounts/user/add/", {"username": "A"}
    yield "/admin/search/indexevent/health/", {"act": "retry"}


def test_no_refusal_in_the_admin_is_without_translation(rows, refusals):
    client = Client()
    staff = user_with_roles("zz", "moderators", "wranglers", "archivists", superuser=True)
    client.force_login(staff)
    found = {}
    for address, values in acts_that_fail(rows):
        answer = client.post(address, values, follow=True, **GERMAN)
        assert answer.status_code < 500, address
        if fault := left_over(answer.content.decode(), known()):
            found[address, str(values)] = fault
    assert found == {}
    assert {kind.__name__ for kind, _ in refusals} >= {"InvalidInput", "NotFound", "Conflict"}
    assert {code for _, code in refusals} >= REFUSED


def test_who_may_not_come_is_told_so_in_german(rows, refusals):
    client = Client()
    client.force_login(user_with_roles("ww", "wranglers"))
    fandom = Tag.objects.get(name="Λάμπα")
    sent = {"fandom": fandom.pk, "wrangler": "zz"}
    answer = client.post("/admin/catalog/fandom/desk/assign/", sent, follow=True, **GERMAN)
    assert left_over(answer.content.decode(), known()) == set()
    client.force_login(user_with_roles("mm", "moderators"))
    for address in ("/admin/catalog/fandom/desk/", "/admin/catalog/rating/"):
        answer = client.get(address, **GERMAN)
        assert answer.status_code == 403
        assert left_over(answer.content.decode(), known()) == set()
    assert "role.missing" in {code for _, code in refusals}
