"""A candidate joins in a real JupyterLab in mode upstream; a real service records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_running import play, running_lab
from service_process import Service

FILES = [{"path": "average.py", "text": "# average\n"}, {"path": "data/notes.txt", "text": "notes\n"}]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path / "service")
    running.start()
    yield running
    running.kill()


def test_a_candidate_joins_in_the_launcher_and_works_for_a_service(service: Service, tmp_path: Path) -> None:
    code = service.invite("ada", files=FILES)["ada"]
    upstream = {"CODEASSESS_MODE": "upstream", "CODEASSESS_UPSTREAM_URL": service.url}
    with running_lab(tmp_path / "lab", **upstream) as lab:
        notes = lab.folder / "work" / "averages" / "data" / "notes.txt"
        notes.parent.mkdir(parents=True)
        notes.write_text("mine")
        wishes = {
            "link": lambda: f"{service.url}/#/join/{code}",
            "notes": notes.read_text,
            "withdraw": lambda: service.withdraw("ada"),
        }
        play(lab, "joining", pictures=tmp_path, wishes=wishes)
        assert [file.name for file in (lab.folder / "record").iterdir()] == ["credentials.json"]
    (listed,) = service.ask("GET", "/sessions/")["items"]
    assert (listed["owner"], listed["mode"]) == ("ada", "service")
