"""The vocabulary that speaks for a content warning, and where a text uses it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from catalog.suggestion_names import Form, Token, form_of

_WINDOW = 1_500


@dataclass(frozen=True)
class WarningWords:
    """One warning: the names it may have in an archive, its words by weight, what is enough.

    The weights of the words within a stretch of 1,500 words are added; ``enough`` of them from
    ``distinct`` different words make a suggestion. Terms of several words are joined by "_".
    """

    names: tuple[str, ...]
    words: dict[int, str]
    enough: int
    distinct: int = 1


TABLE = (
    WarningWords(
        ("Rape/Non-Con", "Rape", "Non-Con"),
        {
            3: "rape raped rapes raping rapist rapists noncon non_con nonconsensual non_consensual "
            "molest molested molesting molestation sexual_assault sexually_assaulted "
            "sexually_abused sexual_abuse forced_himself_on forced_herself_on "
            "vergewaltigt vergewaltigte vergewaltigen vergewaltigung vergewaltiger violee violeur "
            "violacion violada violador estupro estuprada estuprador stupro stuprata verkracht "
            "verkrachting изнасиловал изнасиловали изнасилование изнасиловать 强奸 強姦",
            1: "against_her_will against_his_will begged_him_to_stop told_him_to_stop",
        },
        enough=3,
    ),
    WarningWords(
        ("Graphic Depictions Of Violence", "Graphic Violence", "Violence"),
        {
            2: "torture tortured tortures torturing disembowel disembowelled disemboweled "
            "mutilate mutilated mutilation behead beheaded decapitated dismember dismembered "
            "strangle strangled strangles strangling stab stabbed stabs stabbing impaled "
            "slaughter slaughtered massacre gore bludgeoned gutted flayed eviscerated gouged "
            "slit_his_throat slit_her_throat folter gefoltert erstochen erwürgt blutbad "
            "torturer égorgé éventré poignardé torturado degollado apuñaló apuñalado",
            1: "choke chokes choked choking slice slices sliced slash slashed slashes blood bloody "
            "bloodied bleeding bled wound wounds wounded beaten knife dagger blade scream screams "
            "screamed screaming claw claws clawed welt welts bruise bruises bruised gash gashes "
            "kill killed kills killing murder murdered shot bullet corpse corpses whip whipped "
            "blut blutete messer wunde wunden schrie schreie sanglant couteau blessure "
            "blessures hurla sangre cuchillo herida heridas gritó",
        },
        enough=8,
        distinct=4,
    ),
    WarningWords(
        ("Major Character Death", "Character Death"),
        {
            3: "funeral eulogy last_breath dying_breath stopped_breathing bled_out is_dead was_dead "
            "are_dead were_dead he's_dead she's_dead they're_dead suicide obituary beerdigung "
            "ist_tot war_tot est_mort est_morte enterrement funérailles está_muerto está_muerta "
            "funerales entierro",
            2: "died dies buried coffin mourning mourned widow widower gravestone headstone starb "
            "gestorben begraben sarg mourut cercueil murió ataúd",
            1: "dead death grave corpse killed lifeless tot tod mort morte muerte muerto",
        },
        enough=9,
        distinct=3,
    ),
    WarningWords(
        ("Underage Sex", "Underage"),
        {
            4: "underage under_age statutory_rape jailbait pedophile paedophile pedophilia "
            "minderjährig minderjährige mineure menor_de_edad",
            2: "child_abuse child_abuser age_of_consent",
        },
        enough=4,
    ),
)


@dataclass
class WarningFound:
    """Why a warning is suggested: its words by frequency, the first place, the weight."""

    words: list[str]
    count: int
    first: int
    end: int
    weight: int


@cache
def _terms() -> dict[str, list[tuple[Form, int, int]]]:
    """First word to (the whole term, index of the warning, weight), longest first."""
    terms: dict[str, list[tuple[Form, int, int]]] = {}
    for index, warning in enumerate(TABLE):
        for weight, text in warning.words.items():
            for term in text.split():
                whole = form_of(term.replace("_", " "))
                terms.setdefault(whole[0], []).append((whole, index, weight))
    for group in terms.values():
        group.sort(key=lambda one: -len(one[0]))
    return terms


def find_warnings(tokens: Sequence[Token]) -> dict[int, WarningFound]:
    """By index in the table, the warnings whose words the text holds often enough."""
    hits: dict[int, list[tuple[int, str, int]]] = {}
    terms = _terms()
    for at, token in enumerate(tokens):
        for whole, index, weight in terms.get(token.key, ()):
            if len(whole) == 1 or _follows(tokens, at, whole):
                hits.setdefault(index, []).append((at, " ".join(whole), weight))
                break
    found: dict[int, WarningFound] = {}
    for index, places in hits.items():
        result = _weigh(TABLE[index], places, tokens)
        if result:
            found[index] = result
    return found


def _follows(tokens: Sequence[Token], at: int, whole: Form) -> bool:
    return tuple(token.key for token in tokens[at : at + len(whole)]) == whole


def _weigh(
    warning: WarningWords, places: list[tuple[int, str, int]], tokens: Sequence[Token]
) -> WarningFound | None:
    positions = [at for at, _, _ in places]
    best = 0
    total = 0
    distinct: Counter[str] = Counter()
    start = 0
    enough = False
    for at, word, weight in places:
        total += weight
        distinct[word] += 1
        while positions[start] < at - _WINDOW:
            _, old, less = places[start]
            total -= less
            distinct[old] -= 1
            if not distinct[old]:
                del distinct[old]
            start += 1
        best = max(best, total)
        enough = enough or (total >= warning.enough and len(distinct) >= warning.distinct)
    if not enough:
        return None
    counts = Counter(word for _, word, _ in places)
    strongest = max(weight for _, _, weight in places)
    at, word, _ = next(place for place in places if place[2] == strongest)
    weights = {word: weight for _, word, weight in places}
    ranked = sorted(counts, key=lambda one: (-weights[one], -counts[one], one))
    last = tokens[at + word.count(" ")]
    return WarningFound(ranked, len(places), tokens[at].start, last.end, best)
