"""Names in scripts, in file names, in tables: data stays data. Row A42 of the design."""

import json
import re

import pytest
from django.test import Client

from tests.factories import make_creator, make_tag, make_work, refresh_work

NAMES = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<!-- x",
    "-->",
    "]]>",
    "\u2028alert(1)",
    "a\u2029b",
    "{{ 7*7 }}",
    "{% debug %}",
    "${7*7}",
    "'-alert(1)-'",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    "</textarea><b>",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "\\u003cscript\\u003e",
    "\\",
    '\\"',
    "`alert(1)`",
    "<a href='x'>",
    "%3Cscript%3E",
    "+ADw-script+AD4-",
    "=1+1",
]
FILE_TITLES = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "CON",
    "nul.txt",
    "a\r\nX-Evil: 1",
    'a"; filename="b.exe',
    "a;b",
    "a%0d%0ab",
    "/etc/passwd",
    "~/.ssh/config",
    ".htaccess",
    "...",
    "   ",
    "a" * 200,
    "見出し",
    "عنوان",
    "\u202etxt.exe",
    "`id`",
    "$(id)",
    "a|b",
    "a<b>c",
    "a:b",
    "a*b?c",
    "название",
    "é" * 100,
    "😀" * 50,
]
SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_names_stay_data_wherever_they_stand(client: Client, name: str):
    tag = make_tag("freeform", name[:150])
    creator = make_creator(name[:100])
    work = make_work(name, creators=[creator], tags={"freeform": [tag.name]})
    refresh_work(work)
    for path in (f"/works/{work.pk}/", "/works/", f"/tags/{tag.pk}-x/", f"/creators/{creator.pk}/"):
        answer = client.get(path, follow=True)
        text = answer.content.decode()
        assert answer.status_code == 200, path
        for script in SCRIPT.findall(text):
            if script.strip():
                json.loads(script)
                assert "<" not in script
        assert "<img src=x" not in text
        assert "<svg onload" not in text
        assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[0] or "7*7" in text
    api = client.get(f"/api/v1/works/{work.pk}/")
    assert api.headers["Content-Type"].startswith("application/json")
    assert api.headers["X-Content-Type-Options"] == "nosniff"
    assert api.json()["title"] == work.title


@pytest.mark.django_db
@pytest.mark.parametrize("title", FILE_TITLES)
@pytest.mark.parametrize("format_name", ["epub", "txt"])
def test_downloads_have_names_that_every_disk_takes(client: Client, title: str, format_name: str):
    work = make_work(title)
    answer = client.get(f"/works/{work.pk}/download/{format_name}/")
    assert answer.status_code == 200
    given = answer.headers["Content-Disposition"]
    assert given.startswith("attachment;")
    assert "X-Evil" not in answer.headers
    plain = re.search(r'filename="([^"]*)"', given)
    assert plain is not None
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}", plain[1]), plain[1]
    assert plain[1].endswith(f".{format_name}")
    assert given.isascii()
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
