"""Which files ``import_works`` takes from what it is given."""

import os
import runpy
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

STORY = "The Lamp\nBy Ada Reader\n\nShe lit the lamp and went down the stairs.\n"
MAIN = runpy.run_path(str(Path(settings.BASE_DIR) / "manage.py"))["main"]


def said_by(*args: str) -> str:
    """What the command prints about its files."""
    out = StringIO()
    call_command("import_works", *args, "--dry-run", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_pipes_and_links_of_a_folder_are_passed_over(tmp_path):
    (tmp_path / "story.txt").write_text(STORY)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "story.txt")
    assert said_by(str(tmp_path)).endswith(
        "1 file: 1 draft, 2 skipped (dry run: nothing was written).\n"
    )


@pytest.mark.django_db
def test_a_path_that_cannot_be_looked_at_is_unusable():
    with pytest.raises(CommandError, match="cannot be read: File name too long") as caught:
        said_by("x" * 5000)
    assert caught.value.returncode == 2


def run_main(monkeypatch, error: BaseException) -> int:
    """The exit code of ``manage.py`` when the command ends with this error."""

    def stop(argv):
        raise error

    monkeypatch.setattr("django.core.management.execute_from_command_line", stop)
    with pytest.raises(SystemExit) as caught:
        MAIN()
    return caught.value.code


def test_an_interrupted_command_says_so_without_a_trace(monkeypatch, capsys):
    assert run_main(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "Interrupted; what was finished is kept.\n"


def test_a_reader_that_closes_the_pipe_ends_the_command(monkeypatch, capfd):
    kept = os.dup(1)
    try:
        assert run_main(monkeypatch, BrokenPipeError()) == 1
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    assert capfd.readouterr().err == ""
