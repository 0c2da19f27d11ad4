"""No word that people write, however long, makes a page wider than its window."""

import pytest

from tests.browser.kinds import addresses

KINDS = (
    *("home", "works asked", "work", "chapter", "tag", "tags", "characters", "fandoms"),
    *("series", "series list", "creator", "stats"),
)
# The first word of every text of a reader, wrangler or creator becomes one of 79 letters.
_LENGTHEN = """() => {
  const word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
  const theirs = "h1, :is(h2, h3) a, bdi, .tag, .byline a, .fandoms, .userstuff, .summary, dd a, q";
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  let changed = 0;
  while (walk.nextNode()) {
    const text = walk.currentNode;
    if (!text.data.trim() || !text.parentElement.closest(theirs)) continue;
    text.data = text.data.replace(/\\S+/, word);
    changed += 1;
  }
  return changed;
}"""


@pytest.mark.parametrize("width", [320, 1280])
def test_words_without_an_end_are_broken(visitor, site, width):
    reader = visitor(width, "light")
    known = addresses(site)
    wide = []
    for name in KINDS:
        page = reader.go(known[name])
        assert page.evaluate(_LENGTHEN), name
        if reader.is_too_wide:
            wide.append(name)
    assert wide == []
