"""``python -m search.parts.worker``: builds parts of a rebuild for the process that started it.

It reads one order a line from its standard input, a JSON object, and answers on its standard
output: ``{"done": n}`` for each batch, then ``{"result": true}`` or ``{"error": ...}``. It ends
with its input, and so with the process that started it.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

import django
from django.db import connection


def main() -> None:
    """Take orders until there are none."""
    # What anything else prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    django.setup()
    for line in sys.stdin:
        _obey(json.loads(line), answers)


def _obey(order: dict[str, Any], answers: TextIO) -> None:
    # Models can be imported once the applications are set up.
    from search.parts.builder import build_part

    like = Path(order["like"]) if order["like"] else None

    def done(works: int) -> None:
        _say(answers, {"done": works})

    own = str(connection.settings_dict["NAME"])
    if order["database"] != own:
        _say(answers, {"error": f"This process reads {own}, not {order['database']}."})
        return
    try:
        build_part(Path(order["folder"]), order["first"], order["last"], like, done)
    except Exception as error:  # noqa: BLE001  the one who ordered decides what it means
        _say(answers, {"error": f"{type(error).__name__}: {error}"})
    else:
        _say(answers, {"result": True})


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    try:
        answers.write(json.dumps(message) + "\n")
    except BrokenPipeError:
        # Nobody waits for this part any more.
        os._exit(1)


if __name__ == "__main__":
    main()
