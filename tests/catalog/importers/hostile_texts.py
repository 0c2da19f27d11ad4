"""Texts, pages, books and documents made to harm: what is in them, not how they are packed."""

import gzip
import json

from tests.catalog.importers.docx_samples import core, docx, paragraph, run, xml
from tests.catalog.importers.epub_samples import CONTAINER, PROSE, document, epub, files_of, zipped

SECRET = "the-secret-of-another-file"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def laughing(text: str, path: str) -> str:
    """XML with entities that grow without end."""
    head, _, rest = text.partition("?>")
    return f"{head}?><!DOCTYPE x [{_LAUGHS}]>{rest.replace('dark', '&l9;')}"


def spying(text: str, path: str) -> str:
    """XML that asks for another file."""
    head, _, rest = text.partition("?>")
    entity = f'<!DOCTYPE x [<!ENTITY spy SYSTEM "file://{path}">]>'
    return f"{head}?>{entity}{rest.replace('dark', '&spy;')}"


def calling(text: str, path: str) -> str:
    """XML that asks for another machine."""
    head, _, rest = text.partition("?>")
    entity = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>'
    return f"{head}?>{entity}{rest}"


def books(path: str) -> dict[str, bytes]:
    """Hostile EPUBs."""
    page = document("<p>It was dark in the street.</p>").replace("<!DOCTYPE html>", "")
    good = files_of({"one.xhtml": page})
    opf = "OEBPS/content.opf"
    made = {
        f"{place}-{what.__name__}": zipped({**good, name: what(good[name], path)})
        for place, name in (("page", "OEBPS/one.xhtml"), ("package", opf))
        for what in (laughing, spying, calling)
    }
    made["container-spying"] = zipped({**good, "META-INF/container.xml": spying(CONTAINER, path)})
    outside = CONTAINER.replace("OEBPS/content.opf", "../../../etc/passwd")
    made["container-outside"] = zipped({**good, "META-INF/container.xml": outside})
    made["spine-outside"] = zipped(
        {**good, opf: good[opf].replace("one.xhtml", "../../../etc/passwd")}
    )
    drm = '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><CipherData><CipherReference URI="OEBPS/one.xhtml"/></CipherData></EncryptedData></encryption>'
    made["drm"] = zipped({**good, "META-INF/encryption.xml": drm, "META-INF/rights.xml": "<r/>"})
    made["wrong-mimetype"] = zipped({**good, "mimetype": "application/x-evil"})
    made["no-container"] = zipped({name: text for name, text in good.items() if "META" not in name})
    made["deep-page"] = epub({"one.xhtml": document("<div>" * 100_000 + "x")})
    made["deep-package"] = zipped({**good, opf: "<a>" * 60_000})
    made["many-tags"] = epub({"one.xhtml": document("<b>x</b>" * 300_000)})
    made["wide-attribute"] = epub({"one.xhtml": document(f'<p class="{"a " * 900_000}">x y z</p>')})
    made["long-spine"] = epub({f"{n}.xhtml": document("<p>x</p>") for n in range(1_500)})
    made["nul-bytes"] = zipped({**good, "OEBPS/one.xhtml": page.replace("dark", "da\0rk")})
    made["mixed-encodings"] = zipped(
        {**good, "OEBPS/one.xhtml": page.encode() + "Ünïcode".encode("utf-16") + b"\xff\xfe\x80"}
    )
    bitmap = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\0\0\0" + bytes(
        64
    )
    made["huge-picture"] = epub(
        {"one.xhtml": document(PROSE + '<img src="x.png"/>' * 2_000)}, extra={"OEBPS/x.png": bitmap}
    )
    made["styles"] = epub(
        {"one.xhtml": document(PROSE, head="<style>" + "a{" * 100_000 + "</style>")}
    )
    return {f"{name}.epub": data for name, data in made.items()}


def documents(path: str) -> dict[str, bytes]:
    """Hostile Word documents."""
    text = xml(f"<w:body>{paragraph('It was dark in the street.')}</w:body>")
    deep = "<w:tbl><w:tr><w:tc>" * 60 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 60
    circle = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="s{n}"/>'
        f'<w:basedOn w:val="s{(n + 1) % 50}"/></w:style>'
        for n in range(50)
    )
    made = {
        f"text-{what.__name__}": docx(extra={"word/document.xml": what(text, path)})
        for what in (laughing, spying, calling)
    }
    properties = core(title="dark", creator="dark")
    for what in (laughing, spying):
        made[f"properties-{what.__name__}"] = docx(
            paragraph("It was dark."), properties=what(properties, path)
        )
    made["deep-tables"] = docx(deep)
    made["deeper"] = docx("<w:p>" * 240 + "</w:p>" * 240)
    made["bottomless"] = docx(extra={"word/document.xml": "<a>" * 100_000})
    made["circle"] = docx(
        paragraph("x y z", "s1"), extra={"word/styles.xml": xml(circle, "styles")}
    )
    made["many-runs"] = docx(paragraph("".join(run(f"{n} ", "b") for n in range(60_000))))
    made["macro"] = docx(paragraph("It was dark."), extra={"word/vbaProject.bin": b"\xd0\xcf" * 99})
    made["no-relations"] = docx(paragraph("It was."), extra={"word/_rels/document.xml.rels": "x"})
    made["own-note"] = docx(
        paragraph('<w:r><w:footnoteReference w:id="77"/></w:r>'), paragraph("It was dark.")
    )
    return {f"{name}.docx": data for name, data in made.items()}


def texts() -> dict[str, bytes]:
    """Hostile texts, Markdown, pages and exports."""
    aliases = "a0: &a0 x\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    row = json.dumps({"title": "T", "chapters": [{"body": "It was dark in the street."}]})
    made: dict[str, bytes | str] = {
        "nul.txt": b"The Lamp\n\nIt was \0 dark.\n" * 50,
        "mostly-nul.txt": b"a\0" * 30_000 + b"\0b",
        "one-line.txt": "a " * 4_000_000,
        "combining.txt": "a" + "\u0301" * 400_000,
        "directions.txt": "\u202e\u2066" * 100_000 + "text",
        "mixed.txt": "Ünïcode".encode() * 99 + "Ünïcode".encode("cp1252") * 99 + b"\xfe\xff\x00",
        "half-utf16.txt": b"\xff\xfe" + "It was dark.".encode("utf-16-le")[:-1],
        "surrogates.txt": b"\xff\xfe" + b"\x00\xd8" * 9_000,
        "blank-lines.txt": "\n" * 1_000_000 + "x",
        "headings.txt": "".join(f"Chapter {n}\n\nx\n\n" for n in range(5_000)),
        "labels.txt": "Title: x\n" * 50_000,
        "packed.txt": gzip.compress(b"a" * 1_000_000),
        "quotes.md": "> " * 50_000 + "x",
        "lists.md": "".join(" " * n + "- x\n" for n in range(1_500)),
        "brackets.md": "[" * 60_000 + "x" + "](" * 60_000,
        "stars.md": "*" * 60_000 + "a" + "_" * 60_000,
        "links.md": "".join(f"[a{n}]: /x\n" for n in range(12_000)) + "[a1] " * 12_000,
        "comments.md": "<!--" * 90_000,
        "footnotes.md": "[^a]: x\n" * 12_000 + "[^a]" * 12_000,
        "table.md": "|" * 60_000 + "\n" + "|-" * 30_000 + "\n" + "|x" * 60_000,
        "aliases.md": f"---\n{aliases}---\nIt was dark.\n",
        "deep-block.md": "---\na: " + "[" * 20_000 + "\n---\nIt was dark.\n",
        "deep-toml.md": "+++\na = " + "[" * 20_000 + "\n+++\nIt was dark.\n",
        "long-block.md": "---\n" + "a: b\n" * 40_000 + "---\nx\n",
        "deep.html": "<html><body>" + "<div>" * 200_000 + "x",
        "lists.html": "<html><body>" + "<ul><li>" * 60_000,
        "tables.html": "<html><body>" + "<table><tr><td>" * 30_000,
        "ampersands.html": "<html><body><p>" + "&" * 400_000,
        "attributes.html": "<html><body><p " + 'a="b" ' * 200_000 + ">x</p>",
        "entities.html": "<html><body><p>" + "&lt;&#60;" * 200_000,
        "scripts.html": "<html><body>" + "<script>x</script>" * 60_000 + "<p>It was dark.</p>",
        "unclosed.html": "<html><body><p>" + "<b><i><u>" * 60_000 + "x",
        "laughs.html": f"<!DOCTYPE html [{_LAUGHS}]><html><body><p>&l9;</p>",
        "utf7.html": b"<html><head><meta charset=utf-7></head><body>+ADw-script+AD4-x</body></html>",
        "deep.ndjson": "[" * 100_000 + "\n{" + '"a":{' * 50_000,
        "numbers.ndjson": row.replace('"T"', "9" * 6_000),
        "types.ndjson": '{"title":"x","chapters":[1,null,"x",{}],"tags":[1],"series":9}',
        "many.ndjson": '{"title":"x"}\n' * 3_000,
        "surrogates.ndjson": '{"title":"\\ud800","chapters":[{"body":"\\ud800 dark \\u0000"}]}',
    }
    return {name: data if isinstance(data, bytes) else data.encode() for name, data in made.items()}
