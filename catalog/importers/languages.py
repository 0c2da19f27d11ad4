"""A guess of the language of a text, by its script and its commonest words."""

import re
from collections import Counter

_SAMPLE = 200_000
_MIN_WORDS = 20
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("ar", re.compile("[\u0620-\u064a]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0904-\u0939]")),
    ("uk", re.compile("[іїєґ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_WORDS = {
    "en": "the and of to was he she that it her his with had you not but for said they were",
    "de": "der die und das nicht ich sie ist er zu den war ein mit sich es auf dem von hatte",
    "fr": "le la les de et un une il elle que ne pas est dans qui je vous pour avait au",
    "es": "el la los de que y en un una no se por con su había era lo del como pero",
    "it": "il la di che e un una non si per con era aveva del lo gli della sua come ma",
    "pt": "o a de que e um uma não se por com era do da os mas ele ela seu como",
    "nl": "de het een en van ik je niet dat hij ze was met op zijn haar maar te voor had",
    "sv": "och att det en som han hon inte på för den var med jag av till ett hade om sig",
    "da": "og at det en som han hun ikke på for den var med jeg af til et havde om sig",
    "nb": "og at det en som han hun ikke på for den var med jeg av til et hadde om seg",
    "fi": "ja oli ei hän se että en mutta kun niin on sitä hänen mitä vain kuin ole siitä",
    "pl": "i w nie się na że to z do jest był jak ale po co tak jego od przez go",
    "cs": "a se na že to v je byl ale jak si když jsem z tak do ho by jeho po",
    "hu": "a az és hogy nem egy is volt de meg csak mint ezt azt ha már még vagy ki el",
    "tr": "bir ve bu da de için ne o çok ama gibi daha var mi ben sen onu değil kadar sonra",
    "id": "yang dan di itu tidak dengan ini untuk dia dari ke pada aku akan ada saya adalah",
}
_STOP = {code: frozenset(words.split()) for code, words in _WORDS.items()}


def guess_language(text: str) -> str:
    """A BCP 47 code, or "" when the text is too short or like none of the known languages.

    The beginning of a text is enough; two languages that come out nearly alike give "".
    """
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample)) or 1
    for code, pattern in _SCRIPTS:
        share = len(pattern.findall(sample)) / letters
        if share > (0.02 if code in ("ja", "uk") else 0.3):
            return code
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    total = sum(words.values())
    if total < _MIN_WORDS:
        return ""
    scores = sorted(
        ((sum(words[word] for word in stop), code) for code, stop in _STOP.items()), reverse=True
    )
    (best, code), (second, _) = scores[0], scores[1]
    if best < total * 0.08 or best < second * 1.15:
        return ""
    return code
