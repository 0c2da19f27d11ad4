"""The weekly look at releases tells packages of an archive from tools."""

from tests.house.sources import ROOT
from tests.outdated import behind, pins


def test_packages_of_an_archive_are_told_from_tools():
    runtime = pins(
        'Django==5.2.1 \\\n    --hash=sha256:0\npsycopg[binary,pool]==3.3.0 ; os == "x"\n'
    )
    assert runtime == {"django": "5.2.1", "psycopg": "3.3.0"}
    newer = [
        {"name": "django", "version": "5.2.1", "latest_version": "5.2.9"},
        {"name": "mypy", "version": "2.3", "latest_version": "2.4"},
    ]
    run, tools = behind(runtime, newer)
    assert run == ["django 5.2.1: 5.2.9 is out"]
    assert tools == ["mypy 2.3: 2.4 is out"]


def test_every_direct_package_is_pinned_by_hash():
    text = (ROOT / "requirements.txt").read_text()
    assert len(pins(text)) > 25
    assert all(f"{version} " in text for version in pins(text).values())
    assert text.count("--hash=sha256:") >= len(pins(text))
