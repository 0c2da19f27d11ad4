"""Somebody who writes all the time and remembers every answer."""

import http.client
import random
import threading
from typing import Any

from tests.faults.site import Site

GONE = "gone"


class Writer(threading.Thread):
    """Posts, changes and deletes works until stopped; ``known`` holds what each may be by now.

    A work's entry has one state where the last answer said so, and two where the connection broke
    before the answer: the state before and the one that was asked for.
    """

    def __init__(self, site: Site, seed: int) -> None:
        super().__init__(name=f"writer-{seed}", daemon=True)
        self.site = site
        self.chance = random.Random(seed)  # noqa: S311  chance, not secrecy
        self.seed = seed
        self.known: dict[int, set[str]] = {}
        self.acknowledged = 0
        self.failures: list[str] = []
        self._number = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Write until told to stop."""
        while not self._ended.is_set():
            try:
                self._turn()
            except (OSError, http.client.HTTPException):
                self._ended.wait(0.05)

    def finish(self) -> None:
        """Stop after the request at hand."""
        self._ended.set()
        self.join(60)

    def _turn(self) -> None:
        there = [pk for pk, states in self.known.items() if states != {GONE}]
        act = self.chance.random()
        if act < 0.5 or not there:
            self._number += 1
            title = f"Work {self.seed} {self._number}"
            answer = self.site.post_work(title)
            if self._is_in(answer, 201):
                self.known[answer.json["id"]] = {title}
            return
        pk = self.chance.choice(there)
        if act < 0.8:
            title = f"Changed {self.seed} {self._number} {self.chance.random()}"
            self._change(pk, title, ("PATCH", {"title": title}), 200)
        else:
            self._change(pk, GONE, ("DELETE", None), 204)

    def _change(self, pk: int, state: str, request: tuple[str, Any], expected: int) -> None:
        method, body = request
        before = self.known[pk]
        # Whatever happens to the connection, one of these is true from now on.
        self.known[pk] = before | {state}
        answer = self.site.ask(method, f"/api/v1/works/{pk}/", body)
        if self._is_in(answer, expected) or (answer.status == 404 and GONE in before):
            self.known[pk] = {state if answer.status == expected else GONE}

    def _is_in(self, answer: Any, expected: int) -> bool:
        if answer.status == expected:
            self.acknowledged += 1
            return True
        if answer.status not in (404, 503):
            self.failures.append(f"{answer.status}: {answer.text[:200]}")
        return False


def lost(site: Site, writers: list[Writer]) -> list[str]:
    """What the archive answers otherwise than its writers were told, a sentence each."""
    wrong = []
    for writer in writers:
        for pk, states in writer.known.items():
            answer = site.ask("GET", f"/api/v1/works/{pk}/?fields=id,title")
            state = answer.json["title"] if answer.status == 200 else GONE
            if answer.status not in (200, 404) or state not in states:
                wrong.append(f"work {pk} is {answer.status} {state!r}, not one of {states}")
    return wrong
