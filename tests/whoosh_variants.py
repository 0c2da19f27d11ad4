"""Runs the search suite on each variant of Whoosh, in environments that it makes itself.

    python -m tests.whoosh_variants [--folder FOLDER] [--variants Whoosh==2.7.4,...] [-- PYTEST ...]

Each environment holds the pinned packages of requirements-dev.txt, with the variant in the place of
Whoosh. With ``--folder`` they are kept and used again. Ends with 0 when all variants passed, and
prints a line for each.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

VARIANTS = ("Whoosh==2.7.4", "whoosh-reloaded==2.7.5", "whoosh3==3.54.0")
ROOT = Path(__file__).resolve().parent.parent
_WHOOSH = re.compile(r"^whoosh==.*?(?=^\S)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_DEFAULT = ["-q", "-n", "2", "-m", "not slow", "tests/search"]
_SUMMARY = re.compile(r"(\d+ (?:passed|failed|error).*)")


def main() -> int:
    """Make the environments, run the suite in each, say how it went."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="whoosh-variants-") as temporary:
        folder = Path(options.folder or temporary)
        outcomes = {}
        for variant in options.variants.split(","):
            python = _environment(folder, variant)
            outcomes[variant] = _run(python, options.pytest or _DEFAULT)
    for variant, (code, summary) in outcomes.items():
        _say(f"{variant:24} {'passed' if code == 0 else 'FAILED'}  {summary}")
    return int(any(code for code, _ in outcomes.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", help="where the environments lie; by default a temporary one")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("pytest", nargs="*", help="arguments for pytest instead of the usual")
    return parser.parse_args()


def without_whoosh(requirements: str) -> str:
    """The pinned packages but for Whoosh."""
    return _WHOOSH.sub("", requirements)


def _environment(folder: Path, variant: str) -> Path:
    """The interpreter of an environment with this variant, made where it is missing."""
    place = folder / variant.replace("==", "-")
    python = place / "bin" / "python"
    ready = place / ".ready"
    if ready.exists():
        return python
    _say(f"making an environment with {variant} ...")
    venv.create(place, clear=True, with_pip=True)
    pinned = place / "requirements.txt"
    pinned.write_text(without_whoosh((ROOT / "requirements-dev.txt").read_text("utf-8")), "utf-8")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for what in (["--require-hashes", "-r", str(pinned)], [variant]):
        subprocess.run([*install, *what], check=True)  # noqa: S603  pip of the new environment
    ready.touch()
    return python


def _run(python: Path, arguments: list[str]) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603  pytest of the environment
        [str(python), "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    sys.stdout.write(done.stdout)
    found = _SUMMARY.findall(done.stdout)
    return done.returncode, found[-1] if found else f"ended with {done.returncode}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
