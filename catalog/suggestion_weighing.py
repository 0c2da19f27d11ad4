"""Weighs the names found in a text: which fandom they share, and which characters they mean."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from archive.core.said import Said, counted, say
from catalog.suggestion_names import COMMON_GIVEN, Entry, Form, Found, Strength
from catalog.suggestion_vocabulary import (
    Suggestion,
    TagRow,
    Vocabulary,
    excerpt,
    listed,
    times,
)

_WEIGHTS = {Strength.FULL: 3.0, Strength.NAME: 1.0, Strength.PART: 0.7}
_MAX_FANDOMS = 4
_LEAST_SHARE = 0.25
_LEAST_MENTIONS = 3
_LEAST_SCORE = 0.8
_COMMON = 0.25
_HOMELESS_SHARE = 0.02


@dataclass
class _Case:
    """What speaks for one fandom: its forms in the text with the characters they may name."""

    forms: dict[Form, dict[int, Strength]]
    score: float = 0.0
    mentions: int = 0

    def is_supported(self) -> bool:
        """Two characters, or one by a whole name: a first name alone says nothing."""
        people = {tag for tags in self.forms.values() for tag in tags}
        if len(self.forms) > 1 and len(people) > 1:
            return True
        return any(Strength.FULL in tags.values() for tags in self.forms.values())


class Naming:
    """Weighs the names found in one text."""

    def __init__(self, text: str, vocabulary: Vocabulary, found: dict[Form, Found]) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.found = found
        self.titles: dict[int, list[Form]] = defaultdict(list)
        self.people: dict[Form, list[Entry]] = {}
        self.spread: dict[Form, int] = {}
        for form in found:
            self._sort(form)

    def _sort(self, form: Form) -> None:
        rows = self.vocabulary.rows
        people: list[Entry] = []
        for entry in self.vocabulary.names.forms[form]:
            row = rows[entry.tag]
            if row.kind == "fandom":
                self.titles[row.tag_id].append(form)
            else:
                people.append(entry)
        if people:
            self.people[form] = people
            homes = {home for entry in people for home in rows[entry.tag].fandom_ids}
            self.spread[form] = max(1, len(homes))

    def suggestions(self) -> list[Suggestion]:
        """Fandoms by how much speaks for them, then characters by how often they are named."""
        chosen = self._choose()
        fandoms: list[Suggestion] = []
        people: list[Suggestion] = []
        for fandom_id, case in chosen:
            members = self._members(case)
            if members or fandom_id in self.titles:
                fandoms.append(self._fandom(fandom_id, case, members, chosen[0][1].score))
                people.extend(self._person(tag, forms, fandom_id) for tag, forms in members)
        if not fandoms:
            fandoms = self._by_title()
        people.extend(self._homeless(sum(one.count for one in people)))
        people.sort(key=lambda one: (-one.count, one.first_offset))
        return [*fandoms, *people]

    def _choose(self) -> list[tuple[int, _Case]]:
        """The fandoms that explain the names, the best first; each explains what the others left."""
        left = {form for form in self.people if not self.found[form].doubtful}
        chosen: list[tuple[int, _Case]] = []
        while left and len(chosen) < _MAX_FANDOMS:
            best = self._best(left, {fandom for fandom, _ in chosen})
            if best is None or not self._is_enough(best[1], chosen):
                break
            chosen.append(best)
            left -= set(best[1].forms)
            self._add_doubtful(*best)
        return chosen

    def _add_doubtful(self, fandom_id: int, case: _Case) -> None:
        for form, entries in self.people.items():
            for entry in entries if self.found[form].doubtful else ():
                if fandom_id in self.vocabulary.rows[entry.tag].fandom_ids:
                    case.forms.setdefault(form, {})[entry.tag] = entry.strength

    def _best(self, left: set[Form], done: set[int]) -> tuple[int, _Case] | None:
        cases: dict[int, _Case] = {}
        # In the order of the text, so that equal cases come out alike in every run.
        for form in (form for form in self.people if form in left):
            for entry in self.people[form]:
                for home in self.vocabulary.rows[entry.tag].fandom_ids:
                    if home in self.vocabulary.fandoms and home not in done:
                        case = cases.setdefault(home, _Case({}))
                        case.forms.setdefault(form, {})[entry.tag] = entry.strength
        supported = [
            (home, self._weighed(home, case)) for home, case in cases.items() if case.is_supported()
        ]
        if not supported:
            return None
        order = self.vocabulary.fandoms
        return max(supported, key=lambda one: (one[1].score, -order[one[0]]))

    def _weighed(self, fandom_id: int, case: _Case) -> _Case:
        for form, tags in case.forms.items():
            place = self.found[form]
            weight = _WEIGHTS[max(tags.values())] / math.sqrt(self.spread[form])
            weight *= _COMMON if form[0] in COMMON_GIVEN and len(form) == 1 else 1
            case.score += weight * (1 + math.log2(place.count))
            case.mentions += place.count
        for form in self.titles.get(fandom_id, ()):
            if form not in self.people:
                case.score += 2.0 if len(form) > 1 else 0.5
        return case

    def _is_enough(self, case: _Case, chosen: list[tuple[int, _Case]]) -> bool:
        """A further fandom needs more than an allusion in passing."""
        if not chosen:
            return case.score >= _LEAST_SCORE
        first = chosen[0][1]
        return (
            len(case.forms) > 1
            and any(
                strength > Strength.PART
                for tags in case.forms.values()
                for strength in tags.values()
            )
            and case.mentions >= max(_LEAST_MENTIONS, first.mentions * 0.05)
            and case.score >= first.score * _LEAST_SHARE
        )

    def _members(self, case: _Case) -> list[tuple[int, list[Form]]]:
        """The characters of the fandom with their forms; a form that fits several equally, none."""
        sure: dict[int, float] = defaultdict(float)
        for form, tags in case.forms.items():
            top = max(tags.values())
            owners = [tag for tag, strength in tags.items() if strength == top]
            if len(owners) == 1:
                sure[owners[0]] += self.found[form].count * _WEIGHTS[top]
        members: dict[int, list[Form]] = defaultdict(list)
        for form, tags in case.forms.items():
            ranked = sorted(tags, key=lambda tag: (-tags[tag], -sure[tag]))
            first = ranked[0]
            if len(ranked) > 1:
                second = ranked[1]
                if (tags[first], sure[first]) == (tags[second], sure[second]):
                    continue
            members[first].append(form)
        return sorted(
            members.items(), key=lambda one: (-self._count(one[1]), self._first(one[1]).first)
        )

    def _count(self, forms: Iterable[Form]) -> int:
        return sum(self.found[form].count for form in forms)

    def _first(self, forms: Iterable[Form]) -> Found:
        return min((self.found[form] for form in forms), key=lambda place: place.first)

    def _fandom(
        self, fandom_id: int, case: _Case, members: list[tuple[int, list[Form]]], top: float
    ) -> Suggestion:
        row = self.vocabulary.rows[self.vocabulary.fandoms[fandom_id]]
        forms = {form for _, own in members for form in own} | set(self.titles.get(fandom_id, ()))
        names = [self.vocabulary.rows[tag].name for tag, _ in members]
        count = self._count(forms)
        if names:
            reason = counted(
                "{names} of {fandom} is named {times} in the text.",
                "{names} of {fandom} are named {times} in the text.",
                n=len(names),
                names=listed(names),
                fandom=row.name,
                times=times(count),
            )
        else:
            reason = _named(row, count)
        share = case.score / top if top else 0.0
        score = min(0.99, 0.5 + 0.1 * min(len(members), 4)) * (0.6 + 0.4 * share)
        return self._suggestion(row, forms, reason, score)

    def _person(self, tag: int, forms: list[Form], fandom_id: int | None) -> Suggestion:
        row = self.vocabulary.rows[tag]
        count = self._count(forms)
        spelled = ", ".join(f"“{self._spelled(form)}”" for form in sorted(forms, key=self._place))
        reason = say(
            "{name} is named {times} in the text (as {spelled}).",
            name=row.name,
            times=times(count),
            spelled=spelled,
        )
        if fandom_id is not None:
            fandom = self.vocabulary.rows[self.vocabulary.fandoms[fandom_id]]
            reason = say(
                "{name} is named {times} in the text (as {spelled}), and others of {fandom} are too.",
                fandom=fandom.name,
                **reason.values,
            )
        strength = max(
            entry.strength for form in forms for entry in self.people[form] if entry.tag == tag
        )
        base = {Strength.FULL: 0.75, Strength.NAME: 0.65, Strength.PART: 0.55}[strength]
        return self._suggestion(row, forms, reason, min(0.99, base + 0.05 * math.log2(count)))

    def _place(self, form: Form) -> int:
        return self.found[form].first

    def _spelled(self, form: Form) -> str:
        place = self.found[form]
        return " ".join(self.text[place.first : place.end].split())

    def _by_title(self) -> list[Suggestion]:
        """Fandoms named by their titles, in a text that names none of their characters."""
        owners: dict[Form, int] = defaultdict(int)
        for forms in self.titles.values():
            for form in forms:
                owners[form] += 1
        found = []
        for fandom_id, forms in self.titles.items():
            own = [form for form in forms if owners[form] == 1]
            index = self.vocabulary.fandoms[fandom_id]
            sure = any(Entry(index, Strength.FULL) in self._entries(form) for form in own)
            count = self._count(own)
            if own and (sure or count > _LEAST_MENTIONS):
                row = self.vocabulary.rows[index]
                score = min(0.5, 0.3 + count * 0.02)
                found.append(self._suggestion(row, own, _named(row, count), score))
        found.sort(key=lambda one: (-one.count, one.first_offset))
        return found[:_MAX_FANDOMS]

    def _entries(self, form: Form) -> list[Entry]:
        return self.vocabulary.names.forms[form]

    def _homeless(self, mentions: int) -> list[Suggestion]:
        """Characters without a fandom, by whole names that nobody else has and that recur."""
        least = max(_LEAST_MENTIONS, mentions * _HOMELESS_SHARE)
        people: dict[int, list[Form]] = defaultdict(list)
        for form, entries in self.people.items():
            entry = entries[0]
            row = self.vocabulary.rows[entry.tag]
            if len(entries) == 1 and entry.strength is Strength.FULL and not row.fandom_ids:
                people[entry.tag].append(form)
        return [
            self._person(tag, forms, None)
            for tag, forms in people.items()
            if self._count(forms) >= least and "(" not in self.vocabulary.rows[tag].name
        ]

    def _suggestion(
        self, row: TagRow, forms: Iterable[Form], reason: str, score: float
    ) -> Suggestion:
        forms = list(forms)
        place = self._first(forms)
        return Suggestion(
            row.kind,
            row.tag_id,
            row.name,
            self._count(forms),
            place.first,
            excerpt(self.text, place.first, place.end),
            reason,
            round(score, 3),
        )


def _named(row: TagRow, count: int) -> Said:
    return say("{name} is named {times} in the text.", name=row.name, times=times(count))
