"""Which pinned packages have a newer release: ``make outdated``, once a week (see SECURITY.md).

Asks the package index through pip. Exit 1 when a package that runs in an archive is behind: then
SECURITY.md says by when it has to be taken.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?==(\S+)", re.M)


def pins(text: str) -> dict[str, str]:
    """Names, in the spelling of the index, and versions of a locked file."""
    return {_folded(name): version for name, version in _PIN.findall(text)}


def behind(runtime: dict[str, str], newer: list[dict[str, str]]) -> tuple[list[str], list[str]]:
    """Sentences on packages that run in an archive, and on those of the tools."""
    told: tuple[list[str], list[str]] = ([], [])
    for row in newer:
        sentence = f"{row['name']} {row['version']}: {row['latest_version']} is out"
        told[_folded(row["name"]) not in runtime].append(sentence)
    return told


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Print both lists."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--outdated", "--format=json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    locked = (ROOT / "requirements.txt", ROOT / "requirements-pdf.txt")
    runtime = {name: pin for path in locked for name, pin in pins(path.read_text()).items()}
    run, tools = behind(runtime, json.loads(done.stdout))
    for head, lines in ((f"{len(runtime)} packages that run", run), ("tools", tools)):
        sys.stdout.write(f"{head}: {len(lines)} behind\n")
        sys.stdout.writelines(f"  {line}\n" for line in lines)
    return 1 if run else 0


if __name__ == "__main__":
    sys.exit(main())
