"""Frequent words of some languages that say little about a text: a hint for ranking only.

They are indexed and searched like all others; phrases of them are found.
"""

from functools import lru_cache

from search.analysis.fold import fold_term
from search.analysis.stem import base_language

_LISTS = {
    "de": "aber als am an auch auf aus bei bin bis da das dass dem den der des die dir du ein eine "
    "einem einen einer eines er es für hat hatte ich ihm ihn ihr im in ist ja kann mein mich mir "
    "mit nach nicht noch nun nur oder sein sich sie sind so über um und uns von vor war was wenn "
    "wer wie wir wird wo zu zum zur",
    "en": "a about after all also am an and any are as at be because been before but by can could "
    "did do does for from had has have he her him his how i if in into is it its just me my no not "
    "of on or our out over she so some than that the their them then there these they this those "
    "to up us was we were what when where which who will with would you your",
    "es": "a al algo como con cual de del el ella ellos en era es esa ese esta este ha hay la las "
    "le les lo los más me mi muy no nos o para pero por que quien se ser si sin sobre su sus te un "
    "una uno y ya yo",
    "fr": "à au aux avec ce ces cette dans de des du elle elles en est et eu il ils je la le les "
    "leur lui ma mais me même mes mon ne nos notre nous on ou par pas pour qu que qui sa se ses "
    "son sont sur ta te tes ton tu un une vos votre vous y",
    "it": "a al alla anche che chi ci come con da dal dei del della di e è ed era gli ha ho i il in "
    "io la le lei lo loro lui ma mi ne nei nel nella no noi non o per più quando questo se si sono "
    "su sua suo ti tra tu un una vi voi",
    "nl": "aan als bij dan dat de deze die dit door een en er haar had heeft hem het hij hoe ik in "
    "is je kan maar me met mijn na naar niet nog nu of om onder ons ook op over te tot uit van "
    "voor was wat we wel wie wij worden zal ze zich zij zijn zo",
    "pt": "a ao aos as com como da das de dela dele do dos e ela elas ele eles em era essa esse "
    "esta este eu foi há isso já lhe mais mas me meu minha muito na não nas nem no nos o os ou "
    "para pela pelo por quando que quem se sem ser seu sua são também te um uma você",
    "ru": "а без бы был была были было быть в вам вас во вот все всё вы где да даже для до его ее "
    "её если есть еще ещё же за и из или им их к как когда кто ли меня мне мой мы на нас не него "
    "нее нет ни но ну о об он она они оно от по под при с со так там то тут ты у уже что это этот "
    "я",
    "sv": "alla att av blev bli då de dem den denna deras det detta dig din du där efter ej eller "
    "en er ett från för ha hade han hans har henne hennes hon honom hur här i icke ingen inte jag "
    "kan man med men mig min mot mycket ni nu när och om oss på sig sin ska så till under upp ut "
    "var vara vi vid är",
}


def is_stop_word(folded: str, language: str) -> bool:
    """Whether a folded form is among the words that say little in this language."""
    return folded in stop_words(language)


def stop_words(language: str) -> frozenset[str]:
    """The folded forms that say little in this language; empty for one without a list."""
    return _folded(base_language(language))


@lru_cache(maxsize=64)
def _folded(language: str) -> frozenset[str]:
    return frozenset(map(fold_term, _LISTS.get(language, "").split()))
