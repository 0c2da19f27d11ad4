"""The permission matrix: what each kind of person may do, as data for both faces.

Seven people: a guest, a reader, the author, the co-author, a wrangler, a moderator, an admin; the
last three are no creators of the work. A cell says ``+`` allowed, ``L`` sign in (401, on pages
302), ``0`` not found or the field is absent, ``-`` 403, ``!`` allowed and logged.
"""

from dataclasses import dataclass

PEOPLE = ("guest", "reader", "author", "coauthor", "wrangler", "moderator", "admin")
CELLS = "+L0-!"


@dataclass(frozen=True)
class Row:
    """One action and what each of ``PEOPLE`` may do."""

    name: str
    cells: str

    def of(self, person: str) -> str:
        """The cell of a person."""
        return self.cells[PEOPLE.index(person)]


ROWS = [
    Row("public work: list", "+++++++"),
    Row("public work: read", "+++++++"),
    Row("registered-only work: list", "0++++++"),
    Row("registered-only work: read", "L++++++"),
    Row("hidden work: list", "00++0!!"),
    Row("hidden work: read", "00++0!!"),
    Row("draft work: list", "00++00!"),
    Row("draft work: read", "00++00!"),
    Row("deleted work: read", "00+000!"),
    Row("names behind an anonymous work", "00++0!!"),
    Row("create work", "L++++++"),
    Row("import file", "L++++++"),
    Row("edit text and notes", "L-++---"),
    Row("set access rules", "L-++---"),
    Row("edit tags of a work", "L-++-!!"),
    Row("publish a draft", "L0++000"),
    Row("delete work", "L-+---!"),
    Row("restore work within 30 days", "L0+000!"),
    Row("hide work", "L----!!"),
    Row("unhide work", "L----!!"),
    Row("invite co-author", "L-++---"),
    Row("see pending invitations", "L-++---"),
    Row("accept invitation", "L------"),
    Row("leave the work", "L-++---"),
    Row("remove another co-author", "L-+---!"),
    Row("give the work to another", "L-+---!"),
    Row("revisions", "L-++-!!"),
    Row("statistics by day", "L-++-!!"),
    Row("export all own works", "L-+----"),
    Row("read a chapter", "+++++++"),
    Row("read a draft chapter", "00++00!"),
    Row("add a chapter", "L-++---"),
    Row("edit a chapter", "L-++---"),
    Row("reorder chapters", "L-++---"),
    Row("delete a chapter", "L-++---"),
    Row("publish a draft chapter", "L0++000"),
    Row("tag page", "+++++++"),
    Row("tag suggestions", "+++++++"),
    Row("new free tag through a work", "L++++++"),
    Row("rename a tag", "L---!!!"),
    Row("merge a tag", "L---!!!"),
    Row("make a tag canonical", "L---!!!"),
    Row("parent link of a tag", "L---!!!"),
    Row("delete an unused tag", "L---!!!"),
    Row("ban a tag", "L----!!"),
    Row("wrangling history", "L---+++"),
    Row("read comments", "+++++++"),
    Row("comment where guests may", "+++++++"),
    Row("comment where users may", "L++++++"),
    Row("comment where closed", "-------"),
    Row("edit another's comment", "L------"),
    Row("delete another's comment", "L------"),
    Row("delete a comment on one's work", "L-++-!!"),
    Row("approve a comment on one's work", "L-++-!!"),
    Row("hide any comment", "L----!!"),
    Row("read an unapproved comment", "00++0++"),
    Row("mail of a commenter", "000000!"),
    Row("file a report", "+++++++"),
    Row("status of another's report", "L0000++"),
    Row("list reports", "L----!!"),
    Row("open a report", "L----!!"),
    Row("resolve a report", "L----!!"),
    Row("who reported", "00000!!"),
    Row("another's mail address", "L00000!"),
    Row("suspend a user", "L----!!"),
    Row("grant or take roles", "L-----!"),
    Row("admin site", "L---!!!"),
    Row("change the audit log", "L------"),
]
BY_NAME = {row.name: row for row in ROWS}

NOT_BUILT = {
    "invite co-author": "co-authors are added by name; there are no invitations yet",
    "see pending invitations": "there are no invitations yet",
    "accept invitation": "there are no invitations yet",
    "revisions": "revisions of texts are not kept yet",
    "statistics by day": "readings are not counted by day yet",
    "export all own works": "the export of an account is not built yet",
    **dict.fromkeys(
        (
            "read comments",
            "comment where guests may",
            "comment where users may",
            "comment where closed",
            "edit another's comment",
            "delete another's comment",
            "delete a comment on one's work",
            "approve a comment on one's work",
            "hide any comment",
            "read an unapproved comment",
            "mail of a commenter",
        ),
        "comments come later",
    ),
}
"""Rows without a function behind them; each leaves this list when it is built."""
