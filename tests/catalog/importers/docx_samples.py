"""Builds small Word documents for tests, well-made unless a test asks for something else."""

from xml.sax.saxutils import escape

from tests.catalog.importers.epub_samples import zipped

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_KINDS = ("document.main", "styles", "numbering", "footnotes")
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{kind.partition(".")[0]}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
        for kind in _KINDS
    )
    + "</Types>"
)
RELS = (
    '<?xml version="1.0"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_PARTS = "".join(
    f'<Relationship Id="p{at}" Type="{_R}/{name}" Target="{name}.xml"/>'
    for at, name in enumerate(("styles", "numbering", "footnotes"))
)
STYLES = {
    "Normal": '<w:name w:val="Normal"/>',
    "Titre": '<w:name w:val="Title"/>',
    "berschrift1": '<w:name w:val="heading 1"/>',
    "berschrift2": '<w:name w:val="heading 2"/>',
    "ChapterOpening": '<w:name w:val="Chapter Opening"/><w:basedOn w:val="berschrift1"/>',
    "Outlined": '<w:name w:val="My own"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>',
}


def run(text, *marks):
    """A stretch of text with marks such as ``b`` and ``i``, with what Word adds to each."""
    about = "".join(f"<w:{mark}/>" for mark in marks)
    return (
        f'<w:r w:rsidR="00A1"><w:rPr><w:rFonts w:ascii="Garamond"/>{about}<w:sz w:val="24"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def paragraph(content, style="", about=""):
    """A paragraph of runs or of plain text."""
    inside = content if content.startswith("<") else run(content)
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p w:rsidR="00B2"><w:pPr>{styled}{about}</w:pPr>{inside}</w:p>'


def note_mark(number):
    """A reference to a footnote."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def xml(body, root="document"):
    """A part of the document."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} xmlns:w="{_W}" '
        f'xmlns:r="{_R}">{body}</w:{root}>'
    )


def core(**fields):
    """The properties of a document."""
    names = {"keywords": "cp:keywords"}
    inside = "".join(
        f"<{names.get(name, 'dc:' + name)}>{escape(text)}</{names.get(name, 'dc:' + name)}>"
        for name, text in fields.items()
    )
    return (
        '<?xml version="1.0"?><cp:coreProperties '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inside}</cp:coreProperties>'
    )


def docx(*paragraphs, properties="", notes=(), links=(), extra=None):
    """The bytes of a document with these paragraphs, notes by number and links by number."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}">{inside}</w:style>'
        for name, inside in STYLES.items()
    )
    written = "".join(
        f'<w:footnote w:id="{number}">{paragraph(text)}</w:footnote>'
        for number, text in enumerate(notes, 1)
    )
    outside = "".join(
        f'<Relationship Id="link{at}" Type="{_R}/hyperlink" Target="{address}" '
        'TargetMode="External"/>'
        for at, address in enumerate(links)
    )
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS,
        "word/_rels/document.xml.rels": RELS.partition("<Relationship ")[0]
        + _PARTS
        + outside
        + "</Relationships>",
        "word/document.xml": xml(f"<w:body>{''.join(paragraphs)}<w:sectPr/></w:body>"),
        "word/styles.xml": xml(styles, "styles"),
        "word/numbering.xml": xml("", "numbering"),
        "word/footnotes.xml": xml(written, "footnotes"),
    }
    if properties:
        files["docProps/core.xml"] = properties
    return zipped(files | (extra or {}))
