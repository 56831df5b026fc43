"""A candidate joins in a real JupyterLab in mode upstream; a real service records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from lab_running import play, running_lab
from service_process import Service

FILES = [{"path": "average.py", "text": "# average\n"}, {"path": "data/notes.txt", "text": "notes\n"}]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path / "service")
    running.start()
    yield running
    running.kill()


TEXT = "My work is graded, and kept for a year."


def test_nothing_begins_in_the_panel_without_the_agreement_to_the_very_text(service: Service, tmp_path: Path) -> None:
    code = service.invite("ada", files=FILES, consent=TEXT)["ada"]
    versions = f"/assessments/{service.assessment_id}/versions"

    def change() -> None:
        service.ask("POST", versions, json={"title": "Averages", "files": FILES, "consent": f"{TEXT} Twice."})

    def decide() -> None:
        (session,) = service.ask("GET", "/sessions/?contested=true")["items"]
        path = f"/sessions/{session['session_id']}"
        (contest,) = service.ask("GET", f"{path}/contests/")["items"]
        decision = {
            "question_id": contest["question_id"],
            "verdict": "override",
            "score": 9,
            "reason": "You are right.",
        }
        service.ask("POST", f"{path}/report/reviews", json=decision)

    upstream = {"CODEASSESS_MODE": "upstream", "CODEASSESS_UPSTREAM_URL": service.url}
    with running_lab(tmp_path / "lab", **upstream) as lab:
        wishes = {
            "code": lambda: code,
            "change": change,
            "sessions": lambda: str(len(service.ask("GET", "/sessions/")["items"])),
            "decide": decide,
        }
        play(lab, "consent", pictures=tmp_path, wishes=wishes)
    (listed,) = service.ask("GET", "/sessions/")["items"]
    first = service.ask("GET", f"/sessions/{listed['session_id']}/interactions/")["items"][0]
    assert (first["kind"], first["payload"]["text"], first["payload"]["version"]) == ("consent", f"{TEXT} Twice.", 2)


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


def test_the_limits_of_a_service_are_told_and_lose_nothing(tmp_path: Path) -> None:
    service = Service(tmp_path / "service", max_sockets_per_candidate="1", max_session_bytes="20000")
    service.start()
    try:
        code = service.invite("ada", files=FILES)["ada"]
        upstream = {"CODEASSESS_MODE": "upstream", "CODEASSESS_UPSTREAM_URL": service.url}
        with running_lab(tmp_path / "lab", **upstream) as lab:
            play(lab, "limits", pictures=tmp_path, wishes={"code": lambda: code})
    finally:
        service.kill()


def test_one_click_on_the_page_of_an_invitation_leads_into_the_lab_that_is_known(tmp_path: Path) -> None:
    port = servers.free_port()
    service = Service(tmp_path / "service", lab_url=f"http://127.0.0.1:{port}/lab")
    service.start()
    try:
        code = service.invite("ada", files=FILES)["ada"]
        upstream = {"CODEASSESS_MODE": "upstream", "CODEASSESS_UPSTREAM_URL": service.url}
        with running_lab(tmp_path / "lab", port=port, **upstream) as lab:
            joined = lab.folder / "record" / "credentials.json"
            wishes = {
                "link": lambda: f"{service.url}/#/join/{code}",
                "joined": lambda: "yes" if joined.exists() else "no",
            }
            play(lab, "arriving", pictures=tmp_path, wishes=wishes)
            written = b"".join(file.read_bytes() for file in lab.folder.rglob("*") if file.is_file())
            assert code.encode() not in written, "neither the log nor what Lab keeps has the code"
        (listed,) = service.ask("GET", "/sessions/")["items"]
        assert (listed["owner"], listed["mode"]) == ("ada", "service")
    finally:
        service.kill()
