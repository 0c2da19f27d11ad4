"""Suggests tags for a text: fandoms, characters and warnings it speaks for, with the evidence.

Nothing here applies a tag. Pure: rows of the vocabulary in, suggestions out.
"""

from archive.core.said import counted
from catalog.suggestion_names import tokenize
from catalog.suggestion_vocabulary import (
    Suggestion,
    TagRow,
    Vocabulary,
    excerpt,
    listed,
    times,
)
from catalog.suggestion_warnings import TABLE, WarningFound, find_warnings
from catalog.suggestion_weighing import Naming

__all__ = ["Suggestion", "TagRow", "Vocabulary", "suggest_tags"]


def suggest_tags(text: str, vocabulary: Vocabulary) -> list[Suggestion]:
    """Fandoms, then characters, then warnings; each kind with the strongest first.

    The time grows with the length of the text, not with the size of the vocabulary.
    """
    tokens = tokenize(text, vocabulary.names.lengths)
    found = vocabulary.names.find(tokens)
    naming = Naming(text, vocabulary, found)
    return [*naming.suggestions(), *_warnings(text, vocabulary, find_warnings(tokens))]


def _warnings(
    text: str, vocabulary: Vocabulary, found: dict[int, WarningFound]
) -> list[Suggestion]:
    suggestions = []
    for index, evidence in found.items():
        words = TABLE[index]
        tag_id, name = vocabulary.warning(words)
        if not name:
            continue
        quoted = listed([f"“{word}”" for word in evidence.words[:4]])
        reason = counted(
            "{quoted} occurs in the text, words of this kind {times} in all; whether {name} fits "
            "is for a reader to say.",
            "{quoted} occur in the text, words of this kind {times} in all; whether {name} fits "
            "is for a reader to say.",
            n=len(evidence.words),
            quoted=quoted,
            times=times(evidence.count),
            name=name,
        )
        score = min(0.9, 0.4 + 0.1 * evidence.weight / words.enough)
        suggestions.append(
            Suggestion(
                "warning",
                tag_id,
                name,
                evidence.count,
                evidence.first,
                excerpt(text, evidence.first, evidence.end),
                reason,
                round(score, 3),
            )
        )
    return sorted(suggestions, key=lambda one: -one.score)
