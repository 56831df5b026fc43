"""The page of a service in a real Chromium: signing in, grading, a candidate's view; and how it is served."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lab_running import play
from lab_sessions import CANDIDATES, prepare
from page_running import Service, running_service

from codeassess_ext import page

SEEN = tuple(c for c in CANDIDATES if c.name in ("Ada Lovelace", "Grete Hermann", "Barbara Liskov"))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a service: two sessions that ended, and one that goes on."""
    folder = tmp_path_factory.mktemp("record")
    prepare(folder, SEEN)
    return folder


@pytest.fixture
def service(tmp_path: Path, record: Path) -> Iterator[Service]:
    shutil.copytree(record, tmp_path / "record")
    with running_service(tmp_path / "service", record=tmp_path / "record") as running:
        yield running


def test_a_grader_signs_in_and_reviews_and_a_candidate_sees_what_is_theirs(service: Service, tmp_path: Path) -> None:
    token, credential = service.issue("grader", "grace")
    again, _ = service.issue("grader", "grace")
    ada, _ = service.issue("candidate", "Ada Lovelace")
    wishes = {
        "grader": lambda: token,
        "grader again": lambda: again,
        "candidate": lambda: ada,
        "revoke": lambda: service.revoke(credential),
    }
    play(service, "page", pictures=tmp_path, wishes=wishes)
    assert not any(secret in service.log for secret in (token, again, ada))


def test_a_grader_on_the_page_needs_no_mouse_and_nothing_keeps_people_out(service: Service, tmp_path: Path) -> None:
    token, _ = service.issue("grader", "grace")
    ada, _ = service.issue("candidate", "Ada Lovelace")
    play(service, "page-access", pictures=tmp_path, wishes={"grader": lambda: token, "candidate": lambda: ada})


def test_a_teacher_invites_a_group_and_a_candidate_opens_the_link(service: Service, tmp_path: Path) -> None:
    token, _ = service.issue("teacher", "tom")
    play(service, "page-class", pictures=tmp_path, wishes={"teacher": lambda: token})


def test_an_operator_reads_the_audit_on_the_page(tmp_path: Path) -> None:
    with running_service(tmp_path / "service", record=tmp_path / "record") as service:
        read_the_audit(service, tmp_path)


def read_the_audit(service: Service, pictures: Path) -> None:
    root, _ = service.issue("operator", "root")
    grace, _ = service.issue("grader", "grace")
    ada, _ = service.issue("candidate", "Ada Lovelace")

    def attempts() -> str:
        own = {"Authorization": f"token {ada}"}
        session_id: str = httpx.post(f"{service.url}/sessions/", headers=own).json()["session_id"]
        for _ in range(3):
            refused = httpx.get(f"{service.url}/sessions/{session_id}/report/reviews", headers=own)
            assert refused.status_code == 403
        return session_id

    wishes = {"operator": lambda: root, "grader": lambda: grace, "refused attempts": attempts}
    play(service, "page-audit", pictures=pictures, wishes=wishes)


def test_the_page_is_served_to_anybody_and_holds_no_data(service: Service) -> None:
    with httpx.Client(base_url=service.url) as client:
        moved = httpx.get(service.url)
        assert (moved.status_code, moved.headers["Location"]) == (302, "/exam/")
        answer = client.get("/")
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "script-src" not in policy and "unsafe-eval" not in policy  # as default-src says: from files alone
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "_xsrf" in answer.cookies and "HttpOnly" not in answer.headers["Set-Cookie"]
        assert client.get("/", headers={"If-None-Match": answer.headers["Etag"]}).status_code == 304
        files = re.findall(r'(?:src|href)="(codeassess/page/[^"]+)"', answer.text)
        assert len(files) == 2 and "<script>" not in answer.text and "style=" not in answer.text
        for file in files:
            found = client.get(f"/{file}")
            assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert found.headers["Content-Encoding"] == "gzip"
            plain = client.get(f"/{file}", headers={"Accept-Encoding": "identity"})
            assert plain.content == found.content and "Content-Encoding" not in plain.headers


def test_what_is_no_file_of_the_page_is_not_there(service: Service) -> None:
    with httpx.Client(base_url=service.url) as client:
        for file in (
            "index.html",
            "..",
            "%2e%2e%2fservice.py",
            "..%2fservice.py",
            "x.js",
            "x.js%00",
            ".stamp",
            "a%2fb.js",
        ):
            answer = client.get(f"/codeassess/page/{file}")
            assert answer.status_code in (401, 404), file
            assert answer.json()["error"]["code"] in ("not_found", "unauthenticated")
        assert client.post("/").status_code == 405
        assert client.get("/sessions/").status_code == 401
        for address in ("/login", "/logout", "/api", "/api/me", "/lab", "/static/favicon.ico", "/metrics"):
            for verb in ("GET", "POST", "DELETE", "OPTIONS"):
                answer = client.request(verb, address)
                assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), (verb, address)


def test_without_a_bundle_the_page_says_so(service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a process of its own: the service reads the folder of the installed package."""
    service.kill()
    command = "import codeassess_ext.page as page, pathlib; page.FOLDER = pathlib.Path('nowhere'); "
    monkeypatch.setattr(
        "page_running.COMMAND", [_python(), "-c", command + "from codeassess_ext.service import main; main()"]
    )
    service.start()
    answer = httpx.get(f"{service.url}/")
    assert (answer.status_code, answer.text) == (503, page.NOT_BUILT)
    assert httpx.get(f"{service.url}/codeassess/page/page-X.js").status_code == 404


def _python() -> str:
    from page_running import COMMAND

    return COMMAND[0]
