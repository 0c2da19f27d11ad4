"""A page as a test reads it."""

import re
from typing import Any

from django.test import Client
from lxml import html

_SPACE = re.compile(r"\s+")


class Page:
    """An answer parsed as HTML; texts have their white space collapsed."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.source: str = response.content.decode()
        self.tree = html.fromstring(self.source) if self.source.strip() else html.Element("html")

    def all(self, xpath: str) -> list[Any]:
        """What the path finds."""
        return list(self.tree.xpath(xpath))

    def texts(self, xpath: str) -> list[str]:
        """The text of each element."""
        return [_SPACE.sub(" ", element.text_content()).strip() for element in self.all(xpath)]

    def text(self, xpath: str = "//main") -> str:
        """The text of the only element."""
        (text,) = self.texts(xpath)
        return text

    @property
    def h1(self) -> str:
        """The heading of the page."""
        return self.text("//h1")

    @property
    def titles(self) -> list[str]:
        """The titles of the works that are listed."""
        return self.texts("//ol[contains(@class, 'blurbs')]//*[self::h2 or self::h3]")

    @property
    def total(self) -> str:
        """How many works the list says there are."""
        return self.text("//p[@class='total']")

    def marked_fault(self) -> bool:
        """Whether a part of the text could not be understood."""
        return bool(self.all("//div[contains(@class, 'fault')]"))

    def links(self, text: str) -> list[str]:
        """The addresses of the links with this text."""
        return [
            link.get("href")
            for link in self.all("//a[@href]")
            if _SPACE.sub(" ", link.text_content()).strip() == text
        ]

    def fields(self, form: str = "filter-form") -> list[tuple[str, str]]:
        """What a form would send without a change, empty values left out."""
        sent = []
        for field in self.all(f"//form[@id='{form}']//*[@name] | //*[@form='{form}'][@name]"):
            kind = field.get("type", "")
            if field.tag == "select":
                chosen = field.xpath("./option[@selected]") or field.xpath("./option[1]")
                value = chosen[0].get("value", "") if chosen else ""
            elif kind in ("checkbox", "radio"):
                value = field.get("value", "") if field.get("checked") is not None else ""
            else:
                value = field.get("value", "")
            if value:
                sent.append((field.get("name"), value))
        return sent


def get(client: Client, path: str, params: Any = None, **extra: Any) -> Page:
    """The page at an address."""
    return Page(client.get(path, params or {}, **extra))
