"""The labels people put at the head of a story: "Title:", "**Rating:**", "A/N:", "Zusammenfassung:"."""

import re
from dataclasses import dataclass, field
from functools import cache

from archive.core.text import fold_name

# Names as people write them, without case, accents, plural "(s)" and "the"; by what they mean.
_NAMES: dict[str, str] = {
    "title": "title|story title|story|fic title|titel|titre|titulo|titolo|название|标题|タイトル",
    "creator": "author|authors|by|written by|writer|creator|creators|autor|autorin|autoren|auteur|"
    "auteure|auteurs|autora|autores|autore|autrice|schrijver|forfatter|forfattare|автор|作者|作|著者|著|지은이|작가|글쓴이|yazar|yazan|συγγραφεας|الكاتب|الكاتبة|pen name",
    "fandom": "fandom|fandoms|fandom name|universe|verse|series/fandom|univers|универсум|фандом|"
    "原作|crossover",
    "rating": "rating|rated|rate|ratings|altersfreigabe|freigabe|clasificacion|"
    "rang|alter|classement|рейтинг|分级|レーティング",
    "relationship": "pairing|pairings|pair|relationship|relationships|ship|ships|couple|couples|"
    "paring|parings|paar|paare|paarung|pareja|parejas|couple principal|пейринг|配对|カップリング",
    "character": "character|characters|main characters|charakter|charaktere|figuren|personnage|"
    "personnages|personaje|personajes|personaggi|персонажи|人物|登場人物",
    "warning": "warning|warnings|archive warning|archive warnings|content warning|"
    "content warnings|trigger warning|trigger warnings|tw|cw|warnung|warnungen|avertissement|"
    "avertissements|advertencia|advertencias|avvertimenti|предупреждения|警告",
    "category": "category|categories|archive category|kategorie|kategorien|categorie|categoria|"
    "categorias|категория",
    "freeform": "tags|tag|additional tags|additional tag|freeform|freeforms|keywords|stichworte|"
    "schlagworte|mots-cles|etiquetas|теги|标签|タグ",
    "genre": "genre|genres|type|story type|genero|generos|genere|жанр",
    "language": "language|lang|sprache|langue|idioma|lingua|taal|sprak|язык|语言|言語",
    "series": "series|serie|part of series|reihe|ciclo|series/sequel|серия|系列|シリーズ",
    "summary": "summary|summery|description|blurb|synopsis|abstract|chapter summary|"
    "zusammenfassung|inhalt|kurzbeschreibung|resume|resumen|riassunto|trama|samenvatting|"
    "sammanfattning|описание|саммари|简介|概要|あらすじ",
    "notes": "notes|note|author note|authors note|author notes|authors notes|a/n|an|a n|"
    "writers note|chapter notes|chapter note|beginning notes|anmerkung|anmerkungen|anmerkung der autorin|"
    "anmerkung des autors|anmerkungen der autorin|note de lauteur|notes de lauteur|"
    "note de lauteure|nota de la autora|nota del autor|notas|notas de la autora|notas del autor|"
    "note dellautore|note dellautrice|примечание|примечания|作者的话",
    "end_notes": "end notes|end note|endnotes|closing notes|chapter end notes|nachwort der autorin|"
    "notes de fin|notas finales",
    "disclaimer": "disclaimer|disclaimers|standard disclaimer|legal|haftungsausschluss|clause|"
    "avertissement legal|descargo|descargo de responsabilidad|дисклеймер|免责声明",
    "spoilers": "spoilers|spoiler|spoiler warning|spoiler-warnung",
    "status": "status|complete|completed|finished|wip|statut|estado|stato|etat|статус",
    "chapters": "chapters|chapter count|parts|kapitel|kapitelzahl|chapitres|capitulos",
    "published": "published|posted|date|date posted|date published|first published|written|"
    "publication date|created|date created|veroffentlicht|erstellt|publie|publie le|publicado|дата",
    "updated": "updated|last updated|date updated|completed on|aktualisiert|mis a jour|actualizado",
    "source": "source|url|source url|story url|link|original url|originally posted at|"
    "originally posted|quelle|permalink",
    "restricted": "restricted|members only|locked",
    "anonymous": "anonymous|anon",
    "words": "words|word count|wordcount|worte|wortanzahl|mots|nombre de mots|palabras|слов",
    "email": "email|e-mail|author email|mail|courriel|correo",
    "packaged": "packaged|story id|story url id|storyid|authorid|author id",
    "publisher": "publisher|site",
    "other": "feedback|archive|archiving|distribution|website|web site|homepage|web page|beta|"
    "betas|beta reader|betaed by|thanks|thanks to|acknowledgements|acknowledgments|credits|"
    "dedication|dedicated to|for|timeline|time line|setting|set|season|episode|prompt|challenge|"
    "improv|improv words|written for|inspired by|sequel to|prequel to|sequel|author url|author website|"
    "content|soundtrack|song|keywords|classification|widmung|danke|beta-leser|dedicace|"
    "remerciements|reviews|review|squick|kink|kinks|teaser|quote|copyright|permission|"
    "translator|translated by|illustrator|artist|art|cover|length|size|era|pov",
}
# These hold text that may run over several paragraphs.
PROSE_LABELS = frozenset({"summary", "notes", "end_notes", "disclaimer", "spoilers", "other"})
# Words that begin ordinary sentences and lists as well: believed beside another label only.
_WEAK = frozenset(
    {"an", "by", "for", "set", "story", "content", "song", "quote", "art", "site", "date", "size"}
    | {"type", "rate", "pair", "link", "legal", "sequel", "length", "paar", "alter", "complete"}
    | {"season", "episode", "prompt", "challenge", "archive", "written", "finished", "credits"}
    | {"wip", "anon", "locked", "mail", "parts", "kapitel", "thanks", "copyright", "tag", "inhalt"}
)
_MARKS = r"[*_]{0,3}"
_LABEL = re.compile(
    rf"\s*(?:[-•>#]\s+)?(?P<open>{_MARKS})\[?(?P<name>[^\W\d_][^:：*_\[\]]{{0,39}}?)\]?"
    rf"\s*(?P<shut>{_MARKS})\s*[:：]\s*(?P<after>{_MARKS})\s*(?P<value>.*)"
)
_DASHED = re.compile(r"\s*(?P<name>[^\W\d_][^\W\d_ /'’-]{1,20})\s+[-–—]+\s+(?P<value>\S.*)")
_TAGS = re.compile(r"</?(?:b|i|u|em|strong|p|br|big)\s*/?>", re.IGNORECASE)


@dataclass
class Label:
    """One label with its value: ``key`` is what it means, ``name`` as written, "" when unknown.

    ``paragraphs`` are the value's paragraphs with their line ends, ``rows`` the lines it takes.
    """

    key: str
    name: str
    paragraphs: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The whole value on one line."""
        return " ".join(" ".join(self.paragraphs).split())

    @property
    def is_weak(self) -> bool:
        """Whether the word begins ordinary text as well, so that it needs a label beside it."""
        return not self.key or _plain(self.name) in _WEAK


@cache
def _keys() -> dict[str, str]:
    return {_plain(name): meaning for meaning, names in _NAMES.items() for name in names.split("|")}


def _plain(name: str) -> str:
    name = fold_name(name).replace("'", "").replace("(s)", "").replace("`", "")
    return " ".join(name.removeprefix("the ").replace("_", " ").split())


def parse_label(line: str, *, dashed: bool = False) -> Label | None:
    """The label at the start of the line and the value after it, or None.

    With ``dashed`` also "Title - Value", which is too common in prose to be believed alone.
    """
    text = _TAGS.sub("", line)
    match = _LABEL.fullmatch(text)
    if match:
        meaning = _keys().get(_plain(match["name"]))
        if meaning:
            return Label(meaning, match["name"].strip(), _first(_value(match)))
    match = _DASHED.fullmatch(text) if dashed else None
    meaning = _keys().get(_plain(match["name"])) if match else None
    if match and meaning:
        return Label(meaning, match["name"].strip(), _first(match["value"]))
    return None


def _value(match: re.Match[str]) -> str:
    """The value without the marks that closed the emphasis of the name."""
    value, after = match["value"].strip(), match["after"]
    opened = match["open"]
    if opened and not match["shut"]:
        if after.startswith(opened):
            return after[len(opened) :] + value
        # "*Title: The Fall*": the emphasis goes round name and value.
        return after + value.removesuffix(opened)
    return after + value


def _first(value: str) -> list[str]:
    return [value] if value else []


def parse_unknown(line: str) -> Label | None:
    """A line of the form "Some words: value" whose name is in no list."""
    match = _LABEL.fullmatch(_TAGS.sub("", line))
    if not match or len(match["name"].split()) > 5 or not match["name"][0].isupper():
        return None
    return Label("other", match["name"].strip(), _first(_value(match)))
