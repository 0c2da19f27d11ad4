"""Re-parses HTML with another parser than the sanitiser's and reports everything that is live."""

import html
import re
import unicodedata
from html.parser import HTMLParser

from lxml import html as lxml_html

TAG_LIST = (
    "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li "
    "mark ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td "
    "tfoot th thead time tr u ul var wbr"
)
ATTRIBUTE_LIST = (
    "abbr alt cite class colspan datetime dir height href lang open rel reversed rowspan scope span "
    "src start title type value width"
)
ALLOWED = set(TAG_LIST.split())
ATTRIBUTES = set(ATTRIBUTE_LIST.split())
SAFE_ADDRESS = re.compile(r"https?://[^/?#]|mailto:[^?]*@|/(?![/\\])|#", re.IGNORECASE)


def address_is_safe(value):
    """As the most forgiving client would read it: nothing that is not drawn counts."""
    bare = "".join(
        char for char in html.unescape(value) if unicodedata.category(char)[0] not in "ZC"
    )
    return SAFE_ADDRESS.match(bare) is not None


def attribute_problems(tag, name, value):
    value = value or ""
    if name == "id" and not value.startswith("u-"):
        yield f"anchor {value!r}"
    if name not in ATTRIBUTES and name != "id":
        yield f"attribute {name} on {tag}"
    if name in {"href", "cite"} and not address_is_safe(value):
        yield f"address {value!r}"
    if name == "src" and not value.lower().startswith("https://"):
        yield f"image {value!r}"
    if name == "class" and not all(part.startswith("u-") for part in value.split()):
        yield f"class {value!r}"


class Collector(HTMLParser):
    """Gathers what is live by Python's own tokeniser."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.found.append(f"tag {tag}")
        names = dict(attrs)
        if tag == "a" and names.get("rel") != "nofollow noopener":
            self.found.append("link without rel")
        if tag == "img" and "alt" not in names:
            self.found.append("image without alt")
        for name, value in attrs:
            self.found.extend(attribute_problems(tag, name, value))

    def handle_comment(self, data):
        self.found.append(f"comment {data!r}")

    def handle_decl(self, decl):
        self.found.append(f"declaration {decl!r}")

    def handle_pi(self, data):
        self.found.append(f"instruction {data!r}")

    def unknown_decl(self, data):
        self.found.append(f"section {data!r}")


def live_markup(safe):
    """Everything in the text that no sanitised HTML may hold; empty when all is well."""
    collector = Collector()
    collector.feed(safe)
    collector.close()
    found = collector.found
    tree = lxml_html.fragment_fromstring(safe, create_parent="div") if safe.strip() else None
    for element in tree.iter() if tree is not None else ():
        if not isinstance(element.tag, str):
            found.append("comment or instruction")
        elif element is not tree and element.tag not in ALLOWED:
            found.append(f"tag {element.tag}")
        else:
            for name, value in element.attrib.items():
                found.extend(attribute_problems(element.tag, name, value))
    return found
