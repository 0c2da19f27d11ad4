"""What pages refuse is said in German: every act that fails here is answered without English."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Kind, Language, Tag
from tests.factories import make_creator, make_tag, make_user, make_work
from tests.masked import left_over
from tests.viewers import user_with_roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("german_masked")]
GERMAN = {"headers": {"accept-language": "de"}}
KNOWN = (
    "Undercroft English Deutsch EPUB HTML Markdown Word NDJSON API CSV UTF utf Windows",
    "html epub md docx zip ndjson txt pdf testserver xx zz Aa read write wrangle moderate admin",
    "LICENSE png odt css doc mimetype META INF container xml application el en ru cp",
    "spam plagiarism missing_warning wrong_rating wrong_tags harassment illegal other",
)


def english_in(answer: object) -> set[str]:
    tags = Tag.objects.values_list("name", flat=True)
    languages = Language.objects.values_list("native_name", flat=True)
    return left_over(answer.content.decode(), [*KNOWN, *tags, *languages])  # type: ignore[attr-defined]


def browser_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_acts_of_members_are_refused_in_german(refusals):
    user = make_user("xx", email="xx@xx.xx")
    work = make_work("Φως", text="Νύχτα.", creators=[make_creator("Άδα", user=user)])
    draft = make_work("Σχέδιο", text="Νύχτα.", creators=[make_creator("Άδα")], status="draft")
    draft.work_tags.all().delete()
    blocked = make_tag(Kind.FREEFORM, "νύχτα")
    own, guest = browser_of(user), Client()
    acts: list[tuple[Client, str, dict[str, object]]] = [
        (own, "/account/keys/", {}),
        (own, "/account/keys/", {"name": "ν", "scope": "zz"}),
        (own, "/account/keys/99999/revoke/", {}),
        (own, "/account/searches/", {"name": "", "query": "q=ν"}),
        (own, "/account/searches/99999/delete/", {}),
        (own, "/account/blocked/", {"tag": "zz"}),
        (own, "/account/blocked/", {"tag": "999999"}),
        (own, f"/account/blocked/{blocked.pk}/delete/", {}),
        (own, f"/works/{draft.pk}/post/", {}),
        (own, f"/works/{work.pk}/place/", {"chapter": "99"}),
        (own, "/works/99999/place/", {"chapter": "1"}),
        (own, f"/report/work/{work.pk}/", {}),
        (own, f"/report/work/{work.pk}/", {"reason": "zz", "email": "zz"}),
        (own, "/report/work/99999/", {"reason": "spam"}),
        (own, "/account/protection/", {"act": "password", "password": "zz"}),
        (own, "/account/protection/", {"act": "email", "password": "zz", "email": "zz"}),
        (own, "/import/", {}),
        (own, "/import/zz/", {}),
        (own, "/import/zz/1/1/", {}),
        (guest, "/account/register/", {"username": "A", "password": "1", "email": "zz"}),
        (guest, "/account/register/", {"username": "admin", "password": "νυχτανυχτα1"}),
        (guest, "/account/login/", {"username": "zz", "password": "zz"}),
        (guest, "/account/password/zz/zz/", {"password": "zz"}),
        (guest, "/account/notices/read/", {}),
        (guest, "/import/", {}),
    ]
    found = {}
    for client, address, values in acts:
        answer = client.post(address, values, follow=True, **GERMAN)
        assert answer.status_code < 500, address
        if fault := english_in(answer):
            found[address, str(values)] = fault
    assert found == {}
    assert {code for _, code in refusals} >= {"auth.required", "not_found", "work.not_postable"}


def story(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return packed.getvalue()


NIGHT = "Ήταν νύχτα και η λάμπα έσβησε. " * 20
FILES: dict[str, bytes] = {
    "α.txt": b"",
    "β.txt": b" \n ",
    "γ.txt": b"\0\1\2" * 99,
    "δ.pdf": b"%PDF-1.7 ",
    "ε.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
    "ζ.zip": zipped(),
    "η.zip": zipped(
        α__png=b"\x89PNG\r\n\x1a\n", LICENSE=b"x", β__odt=b"x", γ__zip=zipped(α__txt=b"x")
    ),
    "θ.zip": zipped(α__txt=story(NIGHT), ι__epub=zipped(mimetype=b"x"), κ__css=b"x"),
    "ι.epub": zipped(mimetype=b"application/epub+zip"),
    "λ.html": b"<html><body></body></html>",
    "ν.md": story("---", "title: Λάμπα", "φως: σκιά", "---", NIGHT),
    "ξ.ndjson": story('{"title": "Λ"}', '{"title": "Λ", "chapters": 1}', "[]", '{"chapters": []}'),
    "ο.txt": story(
        "Λάμπα", "By Άδα", "", "Rating: φ", "Date: χθες", "Fandom: ", "", NIGHT, "", "The End"
    ),
    "π.txt": "Ü ß ä é\n\nÄ ö ü ß Ü é è ñ\n".encode("latin-1") * 9,
    "ρ.txt": story(
        "Summary: " + NIGHT * 20, "Words: 99999", "Chapters: 3/3", "", "Chapter 1", NIGHT
    ),
    "σ.html": story("<html><title>Λάμπα</title><body><img src=x>", f"<p>{NIGHT}</p></body></html>"),
}


def test_what_imports_refuse_and_notice_is_said_in_german(refusals):
    """Parsers of broken XML, JSON and YAML say in their own English where it breaks: not here."""
    client = browser_of(user_with_roles("xx", "archivists"))
    found = {}
    names = list(FILES)
    for start in range(0, len(names), 6):
        sent = [SimpleUploadedFile(name, FILES[name]) for name in names[start : start + 6]]
        answer = client.post("/import/", {"file": sent}, follow=True, **GERMAN)
        assert answer.status_code == 200
        here = answer.request["PATH_INFO"]
        found[here] = english_in(answer)
        for place in range(1, 7):
            row = client.get(f"{here}{place}/1/", **GERMAN)
            found[f"{here}{place}/1/"] = english_in(row) if row.status_code == 200 else set()
    assert {where: fault for where, fault in found.items() if fault} == {}
    assert {code for _, code in refusals} >= {
        "import.empty",
        "import.binary",
        "import.unknown_format",
        "import.broken",
    }
