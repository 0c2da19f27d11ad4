"""The models of the domain; the only import path that other packages use."""

from catalog.models.change import ChangeMark, SyncEpoch, WorkChange
from catalog.models.chapter import Chapter
from catalog.models.creator import Creator, Creatorship
from catalog.models.language import Language
from catalog.models.log import ActionLog
from catalog.models.notice import Notice
from catalog.models.preferences import BlockedTag, SavedSearch
from catalog.models.reading import ReadingPlace
from catalog.models.report import Report, ReportReason
from catalog.models.scan import (
    DuplicatePair,
    JobRun,
    PrintBand,
    ScanMark,
    WatchHit,
    WatchTerm,
    WorkPrint,
)
from catalog.models.series import Series, SeriesWork
from catalog.models.tag import (
    CLOSED_KINDS,
    PROXIES,
    WORK_KINDS,
    Category,
    Character,
    ContentWarning,
    Fandom,
    Freeform,
    Kind,
    Media,
    MetaTagging,
    Rating,
    Relationship,
    Tag,
    TagAlias,
    TagAncestor,
    TagParent,
)
from catalog.models.tag_word import TagWord
from catalog.models.tagging import WorkFilterTag, WorkTag
from catalog.models.work import Work
from catalog.models.wrangling import WranglerFandom

__all__ = [
    "CLOSED_KINDS",
    "PROXIES",
    "WORK_KINDS",
    "ActionLog",
    "BlockedTag",
    "Category",
    "ChangeMark",
    "Chapter",
    "Character",
    "ContentWarning",
    "Creator",
    "Creatorship",
    "DuplicatePair",
    "Fandom",
    "Freeform",
    "JobRun",
    "Kind",
    "Language",
    "Media",
    "MetaTagging",
    "Notice",
    "PrintBand",
    "Rating",
    "ReadingPlace",
    "Relationship",
    "Report",
    "ReportReason",
    "SavedSearch",
    "ScanMark",
    "Series",
    "SeriesWork",
    "SyncEpoch",
    "Tag",
    "TagAlias",
    "TagAncestor",
    "TagParent",
    "TagWord",
    "WatchHit",
    "WatchTerm",
    "Work",
    "WorkChange",
    "WorkFilterTag",
    "WorkPrint",
    "WorkTag",
    "WranglerFandom",
]
