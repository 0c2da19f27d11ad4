"""The limits of the domain, in one place."""

TITLE_CHARS = 255
SUMMARY_CHARS = 1_250
NOTES_CHARS = 5_000
TEXT_CHARS = {"summary": SUMMARY_CHARS, "notes": NOTES_CHARS, "end_notes": NOTES_CHARS}
"""What works and chapters say beside their text, in characters."""

BODY_MIN_CHARS = 10
BODY_MAX_CHARS = 500_000
TAGS_PER_WORK = 75
CREATORS_PER_WORK = 50
CHAPTERS_PER_WORK = 2_000
CREATOR_NAME_CHARS = 40
EXPECTED_CHAPTERS_MAX = 100_000
COUNTED_KINDS = ("fandom", "relationship", "character", "freeform")
