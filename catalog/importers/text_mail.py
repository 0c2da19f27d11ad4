"""Takes the header of a posting off a text: newsgroups and mailing lists were archives once."""

import re

from catalog.importers.text_model import Role, Text
from catalog.importers.text_title import TitleLine, parse_title

_FIELD = re.compile(
    r"(?P<name>From|To|Cc|Date|Sent|Subject|Newsgroups|Message-ID|Sender|Organization|Lines|Path|"
    r"References|In-Reply-To|Reply-To|Followup-To|Distribution|Approved|Archive-Name|Xref|"
    r"MIME-Version|NNTP-[\w-]+|Content-[\w-]+|X-[\w-]+):(?:\s+(?P<value>.*)|$)"
)
_TELLING = frozenset({"From", "Newsgroups", "Message-ID", "Path"})
_LEAST = 2
_MOST_LINES = 60
_REPLY = re.compile(r"(?:re|fwd?)\s*:\s*", re.IGNORECASE)
_GROUP = re.compile(r"^(?:\[[^\]]{1,40}\]\s*)+(?=\S)")


def cut_mail_header(text: Text) -> TitleLine | None:
    """What the subject of the posting says; None for a text that does not begin with a header."""
    first = next((row for row, line in enumerate(text.lines) if line.strip()), 0)
    rows: list[int] = []
    names: list[str] = []
    subject = ""
    for row in range(first, min(len(text.lines), first + _MOST_LINES)):
        line = text.lines[row]
        found = _FIELD.fullmatch(line)
        if found:
            names.append(found["name"])
            subject = found["value"] or "" if found["name"] == "Subject" else subject
        elif not (rows and line[:1].isspace()):
            break
        elif names[-1] == "Subject":
            subject = f"{subject} {line.strip()}"
        rows.append(row)
    if len(names) < _LEAST or not _TELLING & set(names):
        return None
    if rows[-1] + 1 < len(text.lines) and text.lines[rows[-1] + 1].strip():
        return None
    text.mark(rows, Role.BOILERPLATE)
    return parse_title(_GROUP.sub("", _REPLY.sub("", subject)))
