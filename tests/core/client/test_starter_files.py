"""The files of a task come into a folder of the candidate, whatever a server sends."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassess_core.client.starter import StarterFile, folder_name, put_files, starter_files
from codeassess_core.errors import InvalidInput


def put(folder: Path, *paths: str) -> list[tuple[str, str]]:
    return [(file.path, file.outcome) for file in put_files(folder, [StarterFile(path=p, text="new\n") for p in paths])]


def test_files_are_written_below_the_folder_and_none_is_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "task"
    (folder / "data").mkdir(parents=True)
    (folder / "kept.py").write_text("mine")
    found = put(folder, "kept.py", "data/days.csv", "deep/er/x.py")
    assert found == [("kept.py", "kept"), ("data/days.csv", "written"), ("deep/er/x.py", "written")]
    assert (folder / "kept.py").read_text() == "mine"
    assert (folder / "deep" / "er" / "x.py").read_text() == "new\n"
    assert put(folder, "deep/er/x.py") == [("deep/er/x.py", "kept")]


@pytest.mark.parametrize(
    "path", ["../out.py", "/etc/passwd", "a/../../out.py", ".vscode/settings.json", "a/.git/hooks/x", "C:\\x.py", ""]
)
def test_a_path_that_leads_out_or_is_hidden_is_refused_and_named(tmp_path: Path, path: str) -> None:
    (file,) = put_files(tmp_path / "task", [StarterFile(path=path, text="x")])
    assert (file.path, file.outcome) == (path, "refused") and file.problem
    assert [entry.name for entry in tmp_path.rglob("*")] == ["task"]


def test_links_lead_nowhere(tmp_path: Path) -> None:
    folder, outside = tmp_path / "task", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "dangling.py").symlink_to(outside / "made.py")
    assert put(folder, "link/x.py", "dangling.py") == [("link/x.py", "refused"), ("dangling.py", "kept")]
    assert list(outside.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match=r"cannot be written into .*Choose another folder"):
        put(tmp_path / "file", "x.py")


def test_what_an_assessment_begins_with() -> None:
    several = {"title": "T", "files": [{"path": "a.py", "text": "1"}], "starter_code": "ignored", "language": "python"}
    assert starter_files(several) == (StarterFile(path="a.py", text="1"),)
    one = {"title": "Means & Medians", "files": [], "starter_code": "x = 1\n", "language": "JavaScript"}
    assert starter_files(one) == (StarterFile(path="means-medians.js", text="x = 1\n"),)
    assert starter_files({"title": "T", "files": [], "starter_code": "", "language": "python"}) == ()
    assert starter_files({}) == ()


@pytest.mark.parametrize(
    ("title", "name"),
    [("First functions!", "first-functions"), ("Größe Δ 2", "größe-δ-2"), ("?!", "assessment"), ("../x", "x")],
)
def test_the_folder_is_named_after_the_title(title: str, name: str) -> None:
    assert folder_name(title) == name
