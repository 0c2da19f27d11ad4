"""Which names look alike at a glance, in whatever script their letters are.

A skeleton in the sense of Unicode Technical Standard 39, for the Latin letters and digits that
user names are made of: other letters stay as they are. The table is our own, of letters whose usual
shapes cannot be told apart in running text.
"""

import unicodedata

_SHAPES = {
    "a": "аɑαạᴀꭺᎪ∂",
    "b": "ЬƄвʙᏏᖯ",
    "c": "сϲᴄⅽᏟᑕ",
    "d": "ԁⅾᏧᑯɗ",
    "e": "еҽєεᴇℯⅇᎬ",
    "f": "ſƒϝꬵẝ",
    "g": "ɡցᶃƍɢԌ",
    "h": "һհʜнᏂ",
    "i": "іıɩιӏΙІ¡ꙇᎥ∣",
    "j": "јϳʝᎫ",
    "k": "кκᴋҡᏦ",
    "l": "ⅼӏןІǀاוᏞℓ|",
    "m": "мᴍⅿϻᎷ",
    "n": "пոռηɴпᴎ",
    "o": "оοօσ໐೦൦ᴏөסه०০०",
    "p": "рρⲣᴘϱᏢ",
    "q": "ԛգզɋ",
    "r": "гᴦʀɼꭇᏒя",
    "s": "ѕꜱʂᏚƨ",
    "t": "тτᴛƭᎢ",
    "u": "υսᴜʋц",
    "v": "ѵνᴠⅴ∨ᏙṿѴ",
    "w": "ԝшѡᴡᏔω",
    "x": "хχⅹ×ᕁ",
    "y": "уүγỿʏᎽ",
    "z": "ᴢʐᏃƶ",
    "0": "Ο",
    "1": "Ⅰ",
}
_TABLE = {
    ord(sign): letter
    for letter, signs in _SHAPES.items()
    for form in signs
    for sign in {form, form.lower(), form.upper()}
    if len(sign) == 1 and not sign.isascii()
}
_RUNS = (("0", "o"), ("1", "l"), ("|", "l"), ("5", "s"), ("rn", "m"), ("vv", "w"))


def skeleton(name: str) -> str:
    """The key under which names that look alike are the same; spaces and signs make no difference."""
    text = unicodedata.normalize("NFKD", name.translate(_TABLE))
    text = text.translate(_TABLE).casefold().translate(_TABLE)
    text = "".join(char for char in text if unicodedata.category(char)[0] not in "MC")
    for run, letter in _RUNS:
        text = text.replace(run, letter)
    # A capital I among small letters is read as an l, and the other way round.
    return "".join(char for char in text if char.isalnum()).replace("i", "l")
