"""The whole archive out and in again: the same bytes, nothing trusted, nothing half done."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from archive.accounts.models import User
from archive.core.errors import Conflict, InvalidInput
from catalog.models import (
    Chapter,
    Creator,
    Kind,
    MetaTagging,
    Series,
    SeriesWork,
    Tag,
    TagAncestor,
    TagParent,
    TagWord,
    Work,
    WorkFilterTag,
)
from catalog.models.tag import CLOSED_KINDS
from catalog.services.archive_export import export_archive
from catalog.services.archive_files import ArchiveFiles
from catalog.services.archive_import import import_archive
from catalog.services.catalog_check import check_catalogue
from catalog.services.closure import refresh_closure
from tests.factories import (
    make_chapter,
    make_creator,
    make_series,
    make_tag,
    make_user,
    make_work,
    refresh_work,
)

pytestmark = pytest.mark.django_db
WHEN = datetime(2024, 5, 1, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _data_dir(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def filled() -> list[Work]:
    """One of everything that an archive can hold."""
    owner = make_user("owner")
    pen = make_creator("Öwning Pen", user=owner)
    broad, narrow = make_tag(Kind.FREEFORM, "Fluff"), make_tag(Kind.FREEFORM, "Winter Fluff")
    MetaTagging.objects.create(subtag=narrow, metatag=broad)
    refresh_closure([narrow.pk])
    make_tag(Kind.FREEFORM, "winterfluff", synonym_of=narrow)
    make_tag(Kind.FREEFORM, "never sort me", is_canonical=False, is_unwrangleable=True)
    fandom = make_tag(Kind.FANDOM, "Sherlock Holmes")
    holmes = make_tag(Kind.CHARACTER, "Sherlock Holmes")
    TagParent.objects.create(from_tag=holmes, to_tag=fandom)
    works = [
        make_work(
            "The Lamp",
            creators=[pen, make_creator("Second")],
            summary_html="<p>About &amp; round.</p>",
            summary_source="About & round.",
            source_url="https://x.example/1",
            kudos_count=7,
            modified_at=WHEN,
            tags={Kind.FREEFORM: ["winterfluff", "Fluff"]},
        ),
        make_work("夜", status="draft", published_at=None, updated_at=None, text="<p>x</p>"),
        make_work("Hidden", hidden_at=WHEN, hidden_reason="spam", is_anonymous=True),
        make_work("Gone", deleted_at=WHEN, is_restricted=True, language="ar"),
    ]
    make_chapter(works[0], "<p>Two.</p>", title="More", notes_html="<p>n</p>")
    third = make_chapter(works[0], "<p>Three.</p>", status="draft")
    Chapter.everything.filter(pk=third.pk).update(source="Three.")
    refresh_work(works[0])
    works[0].work_tags.filter(tag__name="Fluff").update(name="FLUFF")
    make_series(works[0], works[2], title="Towers")
    return works


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def empty_the_archive() -> None:
    SeriesWork.objects.all().delete()
    Work.everything.all().delete()
    Series.objects.all().delete()
    Creator.objects.all().delete()
    Tag.objects.update(synonym_of=None, works_count=0)
    Tag.objects.exclude(kind__in=CLOSED_KINDS).delete()
    User.objects.all().delete()


def silent(_: int) -> None:
    pass


def test_out_in_and_out_again_gives_the_same_bytes(filled, tmp_path):
    before = {
        "filters": set(WorkFilterTag.objects.values_list("work_id", "tag__name", "is_direct")),
        "closure": set(TagAncestor.objects.values_list("tag__name", "ancestor__name")),
        "words": set(TagWord.objects.values_list("tag__name", "word")),
        "counts": set(Tag.objects.values_list("kind", "name", "works_count")),
        "works": set(
            Work.everything.values_list("pk", "word_count", "chapter_count", "sort_title")
        ),
    }
    sizes: list[int] = []
    counts = export_archive(tmp_path / "one", sizes.append)
    assert (counts["works"], sum(sizes)) == (4, 4)
    empty_the_archive()
    import_archive(tmp_path / "one", silent)
    assert before == {
        "filters": set(WorkFilterTag.objects.values_list("work_id", "tag__name", "is_direct")),
        "closure": set(TagAncestor.objects.values_list("tag__name", "ancestor__name")),
        "words": set(TagWord.objects.values_list("tag__name", "word")),
        "counts": set(Tag.objects.values_list("kind", "name", "works_count")),
        "works": set(
            Work.everything.values_list("pk", "word_count", "chapter_count", "sort_title")
        ),
    }
    assert check_catalogue().differences == []
    export_archive(tmp_path / "two", silent)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert User.objects.get(username="owner").has_usable_password() is False
    assert make_work().pk > max(work.pk for work in filled)


def test_texts_stand_beside_the_lines(filled, tmp_path):
    export_archive(tmp_path / "x", silent)
    lines = (tmp_path / "x" / "works.ndjson").read_text().splitlines()
    lamp, draft = json.loads(lines[0]), json.loads(lines[1])
    assert lamp["tags"]["freeform"] == ["winterfluff", "FLUFF"]
    assert lamp["tags_under"] == {"freeform": {"FLUFF": "Fluff"}}
    assert lamp["modified_at"] == "2024-05-01T10:00:00.123456Z"
    assert draft["title"] == "夜"
    assert "夜" in lines[1]
    assert "published_at" not in draft
    text = tmp_path / "x" / lamp["chapters"][1]["text"]
    assert text.read_text() == "<p>Two.</p>"
    assert (tmp_path / "x" / lamp["chapters"][2]["source"]).read_text() == "Three."


def test_an_export_into_its_own_folder_brings_it_up_to_date(filled, tmp_path):
    folder = tmp_path / "x"
    export_archive(folder, silent)
    Chapter.everything.filter(work=filled[0], position=3).delete()
    Work.everything.filter(pk=filled[3].pk).delete()
    (folder / "works.ndjson.part").write_text("an interrupted run")
    export_archive(folder, silent)
    export_archive(tmp_path / "fresh", silent)
    assert contents(folder) == contents(tmp_path / "fresh")


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(Conflict) as refused:
        export_archive(tmp_path, silent)
    assert refused.value.code == "archive.folder_in_use"


def test_only_an_empty_archive_is_filled(filled, tmp_path):
    export_archive(tmp_path / "x", silent)
    with pytest.raises(Conflict) as refused:
        import_archive(tmp_path / "x", silent)
    assert refused.value.code == "archive.not_empty"


def test_an_interrupted_import_goes_on_where_it_stopped(filled, tmp_path, monkeypatch):
    export_archive(tmp_path / "x", silent)
    empty_the_archive()
    monkeypatch.setattr("catalog.services.archive_import.WORKS_AT_ONCE", 2)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_archive(tmp_path / "x", stop)
    assert Work.everything.count() == 2
    import_archive(tmp_path / "x", silent)
    export_archive(tmp_path / "y", silent)
    assert contents(tmp_path / "x") == contents(tmp_path / "y")


def refreshed(folder: Path) -> None:
    """Make the manifest agree with changed lines, as somebody who means harm would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_html_of_an_export_is_not_trusted(filled, tmp_path):
    folder = tmp_path / "x"
    export_archive(folder, silent)
    lines = [json.loads(line) for line in (folder / "works.ndjson").read_text().splitlines()]
    bad = "<p>x<script>alert(1)</script><img src=x onerror=alert(1)></p>"
    lines[0]["summary_html"] = bad
    (folder / lines[0]["chapters"][0]["text"]).write_text(bad)
    lines[0]["chapters"][0]["sha256"] = hashlib.sha256(bad.encode()).hexdigest()
    (folder / "works.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    refreshed(folder)
    empty_the_archive()
    import_archive(folder, silent)
    work = Work.everything.get(pk=filled[0].pk)
    for html in (work.summary_html, work.chapters.unscoped("test").get(position=1).html):
        assert "script" not in html
        assert "onerror" not in html


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "texts/../x.html", "/etc/passwd", "texts/aa/b.html", 7, None]
)
def test_texts_outside_the_folder_are_not_read(filled, tmp_path, name):
    folder = tmp_path / "x"
    export_archive(folder, silent)
    files = ArchiveFiles(folder)
    with pytest.raises(InvalidInput):
        files.text(name, "", "here")


def test_links_out_of_the_folder_are_not_followed(filled, tmp_path):
    folder = tmp_path / "x"
    export_archive(folder, silent)
    first = json.loads((folder / "works.ndjson").read_text().splitlines()[0])["chapters"][0]
    path = folder / first["text"]
    path.unlink()
    (tmp_path / "secret").write_text("secret")
    path.symlink_to(tmp_path / "secret")
    with pytest.raises(InvalidInput, match="out of the folder"):
        ArchiveFiles(folder).text(first["text"], first["sha256"], "here")


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"id":1}',
        '{"id":"x","title":"t"}',
        '{"id":1,"title":"t","published_at":"yesterday"}',
        '{"id":1,"title":"t","uuid":"x"}',
        '{"id":1,"title":"t","creators":["nobody"]}',
        '{"id":1,"title":"t","tags":{"fandom":["nobody knows it"]}}',
        '{"id":1,"title":"t","chapters":[{"position":1,"text":"texts/aa/x.html"}]}',
        '{"id":1,"title":"t","chapters":7}',
    ],
)
def test_broken_lines_are_refused_with_a_reason_and_leave_nothing(filled, tmp_path, line):
    folder = tmp_path / "x"
    export_archive(folder, silent)
    (folder / "works.ndjson").write_text(f"{line}\n")
    refreshed(folder)
    empty_the_archive()
    with pytest.raises((InvalidInput, Conflict)):
        import_archive(folder, silent)
    assert not Work.everything.exists()


def test_changed_or_missing_files_are_refused(filled, tmp_path):
    folder = tmp_path / "x"
    export_archive(folder, silent)
    with (folder / "tags.ndjson").open("a") as target:
        target.write("{}\n")
    with pytest.raises(InvalidInput, match=r"tags\.ndjson"):
        ArchiveFiles(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(InvalidInput, match="no finished export"):
        ArchiveFiles(folder)


def test_the_commands_say_what_they_did(filled, tmp_path, capsys):
    call_command("export_archive", str(tmp_path / "x"))
    assert "4 works" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_archive", str(tmp_path / "x"))
    empty_the_archive()
    call_command("import_archive", str(tmp_path / "x"))
    assert "4 works" in capsys.readouterr().out
