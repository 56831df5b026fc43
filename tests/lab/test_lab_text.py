"""What candidates, models and teachers wrote is text, in a real JupyterLab, a real Chromium and the HTML report."""

from __future__ import annotations

import json
from pathlib import Path

import lab_texts
from lab_running import play, running_lab
from payloads import MARK, payloads

from codeassess_core.reports.characters import visible
from codeassess_core.reports.wording import runs


def test_there_are_two_hundred_payloads_and_each_is_marked() -> None:
    texts = payloads()
    assert len(set(texts)) == 200
    assert all(MARK in text or "hit(" in text or "# heading" in text for text in texts)


def test_two_hundred_texts_load_nothing_run_nothing_and_are_shown_as_they_were_sent(tmp_path: Path) -> None:
    going, ended = lab_texts.prepare(tmp_path / "record")
    texts = payloads()
    told = {
        "mark": MARK,
        "going": going,
        "ended": ended,
        "written": texts,
        "prose": ["".join(run.text for run in runs(text)) for text in texts],
        "visible": [visible(text) for text in texts],
    }
    with running_lab(tmp_path / "lab", record=tmp_path / "record") as lab:
        play(lab, "text", pictures=tmp_path, wishes={"texts": lambda: json.dumps(told)})
