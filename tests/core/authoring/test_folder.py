"""A folder becomes an assessment, and everything that is wrong in it is told at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from codeassess_core.authoring.fields import AssessmentFields, RubricFields, schema
from codeassess_core.authoring.folder import read_folder
from codeassess_core.authoring.marked_yaml import read_yaml
from codeassess_core.authoring.problems import FolderRejected
from codeassess_core.authoring.template import TEMPLATE, write_template
from codeassess_core.documents.relative_path import check_path, same_name
from codeassess_core.errors import InvalidInput

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "task")
    return tmp_path / "task"


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(FolderRejected) as refused:
        read_folder(folder)
    return [str(problem) for problem in refused.value.problems]


def test_the_template_is_an_assessment(folder: Path) -> None:
    authored = read_folder(folder)
    new = authored.new
    assert (new.title, new.language, new.languages) == ("The median of a list", "python", ["python"])
    assert [file.path for file in new.files] == ["median.py"] and new.starter_code == new.files[0].text
    assert [file.path for file in new.materials] == ["notes.md"]
    assert new.policy.max_questions == 6
    assert new.rubric[0].levels.said().keys() == {"met", "partly", "not"}
    assert (authored.recording, authored.not_read) == (None, ())


def test_every_field_that_the_template_has_as_a_comment_is_taken(folder: Path) -> None:
    file = folder / "assessment.yaml"
    lines = file.read_text().split("title:", 1)[1].splitlines()
    fields = [line.removeprefix("# ") for line in lines if line.startswith(("# ", "#   ")) and ": " in line + " "]
    known = [line for line in fields if line.split(":")[0].strip() in AssessmentFields.model_fields]
    assert len(known) >= 12
    for line in known:
        if line.split(":")[0] not in ("title", "triggers"):
            text = file.read_text()
            (folder / "assessment.yaml").write_text(text.replace(f"# {line}", line))
    new = read_folder(folder).new
    assert (new.time_limit, new.graders, new.attempts) == (5_400, ["grace"], 1)
    assert new.opens_at is not None and new.opens_at.isoformat() == "2026-09-01T07:00:00+00:00"


def test_all_mistakes_of_all_files_are_told_with_file_line_and_the_right_form(folder: Path) -> None:
    (folder / "assessment.yaml").write_text(
        "tittle: x\ntitle: 12\nattempts: none\ntime_limit: soon\nshow_report: yes\n"
        "questions:\n  kinds: [trac]\nlanguages: python\ntitle: again\n"
    )
    (folder / "rubric.yaml").write_text("criteria:\n  - name: a\n    weight: -1\n")
    (folder / "starter/picture.png").write_bytes(b"\x89PNG\xff")
    (folder / "starter/broken.ipynb").write_text("{}")
    (folder / "materials/data.csv").write_text("a,b")
    (folder / "instructions.md").unlink()
    said = mistakes(folder)
    for expected in (
        "assessment.yaml:1: tittle: is not a known field; do you mean title?",
        'assessment.yaml:2: title: must be a text, and 12 is a number: write it in quotes, "12"',
        "assessment.yaml:3: attempts: must be a whole number from 1, or unlimited",
        "assessment.yaml:4: time_limit: must be a length of time",
        "assessment.yaml:5: show_report: must be true or false, not the text 'yes'",
        "assessment.yaml:7: questions.kinds.0: must be one of purpose, value",
        "assessment.yaml:8: languages: must be a list",
        "assessment.yaml:9: title: stands twice; the first is line 2",
        "rubric.yaml:2: criteria.0.description: is missing",
        "rubric.yaml:3: criteria.0.weight: must be greater than 0",
        "starter/picture.png: is no text in UTF-8",
        "starter/broken.ipynb: is no notebook of format 4",
        "materials/data.csv: is of no known kind",
    ):
        assert any(line.startswith(expected) for line in said), (expected, said)


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (write("assessment.yml", "title: x"), "assessment.yml: is not read; rename it to assessment.yaml"),
        (write("rubric.yaml", "- a"), "rubric.yaml:1: must be fields"),
        (write("rubric.yaml", "criteria: []"), "rubric.yaml:1: criteria: list should have at least 1 item"),
        (write("assessment.yaml", "title: x\ninstructions: ../secret"), "must be a file of this folder"),
        (write("assessment.yaml", "title: x\ninstructions: gone.md"), "gone.md: is missing"),
        (write("instructions.md", "  \n"), "instructions.md: is empty"),
        (
            write("assessment.yaml", "title: x\nquestions:\n  max_questions: 1\n"),
            "assessment.yaml:2: questions: min_questions (2) must not be more than max_questions (1)",
        ),
        (
            write("assessment.yaml", "title: x\nopens_at: 2026-09-02 09:00 UTC\ncloses_at: 2026-09-01 09:00 UTC\n"),
            "closes_at must be after opens_at",
        ),
        (write("starter/.hidden", "\xff"), ""),
        (lambda folder: (folder / "starter/link.py").symlink_to("/etc/passwd"), "link.py: is a symbolic link"),
        (write("starter/aux.py", "x = 1"), "aux.py: its path must not be named 'aux.py'"),
        (write("starter/MEDIAN.py", "x = 1"), "starter: has two files named median.py"),
        (write("starter/big.txt", "x" * 600_000), "big.txt: has 600000 bytes"),
        (
            lambda folder: [(folder / f"starter/{n}.txt").write_text("x" * 400_000) for n in range(3)],
            "bytes, and may have 1000000; the largest file is",
        ),
        (lambda folder: (folder / "assessment.yaml").unlink(), "assessment.yaml: is missing; `codeassess assessment"),
    ],
)
def test_one_mistake_gets_one_sentence(folder: Path, spoil: Callable[[Path], object], said: str) -> None:
    spoil(folder)
    if not said:
        assert read_folder(folder).new.files
        return
    found = mistakes(folder)
    assert len(found) == 1 and said in found[0] and found[0].endswith((".", "?")), found


def test_what_is_not_read_is_told(folder: Path) -> None:
    (folder / "ideas.txt").write_text("later")
    assert read_folder(folder).not_read == ("ideas.txt",)


def test_the_template_is_not_written_over_something(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="new or empty"):
        write_template(folder)


@pytest.mark.parametrize("path", ["a.py", "data/days.csv", "über/Größe 1.txt"])
def test_an_ordinary_path_is_taken(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path", ["", "/a", "../a", "a/../b", "a//b", "a/./b", "a\\b", "C:a", "a\n", "a/", ".git/x", "nul", "a.", " a"]
)
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="must"):
        check_path(path)


def test_two_names_that_are_one_elsewhere_are_found() -> None:
    assert same_name(["a.py", "A.py"]) == "a.py"
    assert same_name(["data", "data/x.csv"]) == "data/x.csv"
    assert same_name(["a.py", "b.py"]) is None


@pytest.mark.parametrize("name", ["assessment", "rubric"])
def test_the_schema_takes_the_template_and_refuses_an_unknown_field(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    validator = Draft202012Validator(schema(name))
    value = read_yaml((TEMPLATE / f"{name}.yaml").read_bytes()).value
    assert list(validator.iter_errors(value)) == []
    assert list(validator.iter_errors(value | {"tittle": "x"}))
    published = json.loads((ROOT / f"docs/schemas/{name}.schema.json").read_text())
    assert published == schema(name), "run python scripts/generate_schemas.py"


def test_the_page_has_a_row_for_every_field_and_no_other() -> None:
    page = (ROOT / "docs/assessments.md").read_text()
    rows = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    questions = AssessmentFields.model_fields["questions"].annotation
    triggers = AssessmentFields.model_fields["triggers"].annotation
    (criteria,) = RubricFields.model_fields
    criterion = schema("rubric")["$defs"]["CriterionIn"]["properties"]
    fields = {name for name in AssessmentFields.model_fields if name not in ("questions", "triggers")}
    fields |= {f"questions.{name}" for name in questions.model_fields}  # type: ignore[union-attr]
    fields |= {f"triggers.{name}" for name in triggers.model_fields}  # type: ignore[union-attr]
    fields |= {f"{criteria}.{name}" for name in criterion}
    assert rows == fields
