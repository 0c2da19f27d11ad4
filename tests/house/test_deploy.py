"""What deploy/ and the documents tell an operator exists: commands, settings, files."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from archive.settings.env import KNOWN

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
TEXTS = sorted(
    path
    for folder in (DEPLOY, ROOT / "docs")
    for path in (*folder.rglob("*"), ROOT / "README.md")
    if path.is_file() and path.suffix in {"", ".md", ".env", ".service", ".yaml", ".timer"}
)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_commands_and_settings_that_are_named_exist(path: Path):
    text = path.read_text(encoding="utf-8")
    called = set(re.findall(r"(?:manage\.py|bin/undercroft|^undercroft) ([a-z_]+)\b", text, re.M))
    assert called <= set(get_commands()) | {"exec"}
    named = set(re.findall(r"\bARCHIVE_[A-Z][A-Z_]+[A-Z]\b", text)) - {"ARCHIVE_HOST"}
    assert named <= KNOWN


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, app in get_commands().items()
        if name == "migrate" or app.split(".")[0] in ("archive", "catalog", "search")
    ),
)
def test_the_help_of_each_command_has_an_example_that_names_it(name):
    command = load_command_class(get_commands()[name], name)
    assert f"Example: manage.py {name}" in " ".join(command.help.split())
    assert command.create_parser("manage.py", name).format_help()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_as_the_user_of_the_archive_in_a_sandbox(path: Path):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string(path.read_text())
    if path.suffix == ".timer":
        assert unit["Timer"]["Persistent"] == "true"
        return
    service = unit["Service"]
    assert service["User"] == "undercroft"
    assert service["UMask"] == "0077"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["InaccessiblePaths"] == "-/opt/undercroft/.git"
    assert service["EnvironmentFile"] == "/etc/undercroft/undercroft.env"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_units(path: Path):
    done = subprocess.run(  # noqa: S603  a path of our own
        ["systemd-analyze", "verify", "--man=no", str(path)],  # noqa: S607  Debian's own
        capture_output=True,
        text=True,
        check=False,
    )
    absent = ("is not executable", "does not exist", "Failed to", "not found")
    complaints = [line for line in done.stderr.splitlines() if not any(w in line for w in absent)]
    assert complaints == []


def test_containers_run_without_rights_and_with_settings_that_exist():
    compose = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())
    for name in ("web", "indexer", "migrate"):
        service = compose["services"][name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert set(service["environment"]) <= KNOWN
    assert compose["services"]["indexer"]["command"][-1] == "run_indexer"
    assert set(compose["volumes"]) == {"data", "database", "certificates"}


def test_the_image_holds_the_packages_that_run():
    text = (DEPLOY / "compose" / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) \w+$", text, re.M))
    assert copied == {"archive", "catalog", "search", "fixtures", "deploy"}
    assert "USER undercroft" in text


def test_the_proxy_speaks_todays_tls_alone_and_is_one_for_units_and_containers():
    """ASVS 12.1.1; what it then does was tried with Caddy 2.6.2, see docs/asvs.md."""
    text = (DEPLOY / "Caddyfile").read_text()
    assert re.findall(r"protocols (.+)", text) == ["tls1.2 tls1.3"]
    proxy = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())["services"]["proxy"]
    assert "../Caddyfile:/etc/caddy/Caddyfile:ro" in proxy["volumes"]
    assert set(proxy["environment"]) == set(re.findall(r"\{\$(\w+)", text))
