"""Books of several works: what the viewer may see, in order, within limits, never stale."""

import zipfile
from io import BytesIO

import pytest
from django.db import transaction
from lxml import etree

from archive.accounts.viewers import viewer_of
from archive.core.errors import InvalidInput, NotFound
from archive.core.viewer import ANONYMOUS
from catalog.events import announce_works_changed
from catalog.models import Series, Work
from catalog.services import export_books
from catalog.services.export_books import download_book, plan_asked, plan_series
from tests.factories import make_creator, make_series, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db
OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
XHTML = {"x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def indexed(drained):
    """Call it with works to put them into the index."""

    def put(*works):
        with transaction.atomic():
            announce_works_changed([work.pk for work in works])
        drained()

    return put


def unpacked(data):
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def parts(data):
    """The entries of the first level of a book's contents."""
    nav = etree.fromstring(unpacked(data)["OEBPS/nav.xhtml"])
    return [a.text for a in nav.xpath("//x:nav[1]/x:ol/x:li/x:a", namespaces=XHTML)]


def test_a_series_is_one_book_with_a_part_for_each_work_in_order():
    works = [make_work(f"Part {n}", text=f"Text of {n}.") for n in (1, 2, 3)]
    series = make_series(works[2], works[0], works[1], title="Towers")
    book = download_book(plan_series(series.pk, ANONYMOUS), "epub")
    assert book.filename == "Towers.epub"
    assert parts(book.body) == ["Contents", "Part 3", "Part 1", "Part 2"]
    files = unpacked(book.body)
    package = etree.fromstring(files["OEBPS/content.opf"])
    assert package.xpath("//dc:title/text()", namespaces=OPF) == ["Towers"]
    assert len(package.xpath("//dc:creator", namespaces=OPF)) == 3
    assert b"Text of 2." in files["OEBPS/w03-chapter-0001.xhtml"]
    listed = {f"OEBPS/{href}" for href in package.xpath("//opf:item/@href", namespaces=OPF)}
    assert listed == set(files) - {"mimetype", "META-INF/container.xml", "OEBPS/content.opf"}
    for name, data in files.items():
        if name.endswith((".xhtml", ".ncx", ".svg", ".opf")):
            etree.fromstring(data)


@pytest.mark.parametrize("extension", ["epub", "html", "txt", "md"])
def test_a_book_holds_what_its_viewer_may_see_alone(extension, member):
    series = make_series(
        make_work("Open", text="open words"),
        make_work("Members", is_restricted=True, text="members words"),
        make_work("Draft", status="draft", text="draft words"),
        make_work("Hidden", hidden_at="2024-01-01T00:00Z", text="hidden words"),
        make_work("Masked", is_anonymous=True, creators=[make_creator("Secret Pen")]),
    )
    guests = download_book(plan_series(series.pk, ANONYMOUS), extension)
    members = download_book(plan_series(series.pk, member), extension)
    texts = {}
    for name, book in (("guest", guests), ("member", members)):
        body = book.body
        texts[name] = b"".join(unpacked(body).values()) if extension == "epub" else body
    assert b"open words" in texts["guest"]
    assert b"members words" not in texts["guest"]
    assert b"members words" in texts["member"]
    for text in texts.values():
        assert b"draft words" not in text
        assert b"hidden words" not in text
        assert b"Secret Pen" not in text
    assert guests.etag != members.etag


def test_a_list_is_what_the_search_finds_and_named_works_keep_their_order(indexed):
    lamp, stairs, other = make_work("Lamp"), make_work("Lamp on stairs"), make_work("Other")
    indexed(lamp, stairs, other)
    book = plan_asked({"title": "lamp", "ordering": "title"}, ANONYMOUS, strict=True)
    assert [work.title for work in book.works] == ["Lamp", "Lamp on stairs"]
    named = plan_asked(
        {"work": [str(other.pk), str(lamp.pk)], "book_title": "Mine"}, ANONYMOUS, strict=True
    )
    assert [work.pk for work in named.works] == [other.pk, lamp.pk]
    assert named.title == "Mine"
    secret = make_work(status="draft")
    with pytest.raises(NotFound):
        plan_asked({"work": [str(secret.pk)]}, ANONYMOUS, strict=True)


def test_too_long_lists_are_refused_and_pages_of_them_are_not(indexed, monkeypatch):
    monkeypatch.setattr(export_books, "MOST_WORKS", 2)
    works = [make_work() for _ in range(5)]
    indexed(*works)
    with pytest.raises(InvalidInput) as refused:
        plan_asked({}, ANONYMOUS, strict=True)
    assert refused.value.code == "download.too_many_works"
    assert refused.value.extra == {"given": 5, "allowed": 2}
    assert len(plan_asked({"page_size": "2", "page": "3"}, ANONYMOUS, strict=True).works) == 1
    for asked in ({"page_size": "3"}, {"work": [str(work.pk) for work in works]}):
        with pytest.raises(InvalidInput):
            plan_asked(asked, ANONYMOUS, strict=True)
    with pytest.raises(InvalidInput):
        plan_series(make_series(*works).pk, ANONYMOUS)
    with pytest.raises(NotFound) as empty:
        plan_asked({"title": "nothing like it"}, ANONYMOUS, strict=True)
    assert empty.value.code == "download.no_works"
    monkeypatch.setattr(export_books, "MOST_WORDS", 3)
    with pytest.raises(InvalidInput) as long:
        plan_asked({"page_size": "1"}, ANONYMOUS, strict=True)
    assert long.value.code == "download.too_long"


def test_a_book_changes_with_its_works_and_its_readers(member):
    owner = user_with_roles("owner")
    work = make_work(is_anonymous=True, creators=[make_creator("Masked", user=owner)])
    series = make_series(work)
    tags = {plan_series(series.pk, ANONYMOUS).etag("epub")}
    assert plan_series(series.pk, member).etag("epub") in tags
    tags.add(plan_series(series.pk, viewer_of(owner)).etag("epub"))
    Work.everything.filter(pk=work.pk).update(version=2)
    tags.add(plan_series(series.pk, ANONYMOUS).etag("epub"))
    Series.objects.filter(pk=series.pk).update(title="Renamed")
    tags.add(plan_series(series.pk, ANONYMOUS).etag("epub"))
    assert len(tags) == 4


def test_the_number_of_statements_does_not_grow(django_assert_max_num_queries):
    few = make_series(make_work())
    many = make_series(*[make_work() for _ in range(12)])
    for series in (few, many):
        with django_assert_max_num_queries(9):
            download_book(plan_series(series.pk, ANONYMOUS), "txt")


def test_equal_books_are_equal_bytes(settings):
    settings.DOWNLOAD_CACHE_MB = 0
    series = make_series(make_work(), make_work())
    one, two = (download_book(plan_series(series.pk, ANONYMOUS), "epub") for _ in range(2))
    assert one.body == two.body
