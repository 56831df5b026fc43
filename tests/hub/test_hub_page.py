"""People of a real JupyterHub in a real Chromium: their own Lab, and the page of the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_running import PASSWORD, Browser, Hub
from lab_running import play

MORE = """
MAY_OPEN = "access:services!service=codeassess"
c.Spawner.args = [*c.Spawner.args, "--LabApp.expose_app_in_browser=True"]
c.Authenticator.allowed_users |= {"max"}
c.JupyterHub.load_groups |= {"visitors": {"users": ["max"]}}
c.JupyterHub.load_roles += [{"name": "visitors", "groups": ["visitors"], "scopes": [MAY_OPEN]}]
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    running = Hub(tmp_path / "hub", more=MORE)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_people_of_the_hub_need_no_token(hub: Hub, tmp_path: Path) -> None:
    settings = hub.folder / "homes/ada/.jupyter/lab/user-settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    ada = Browser(hub, "ada").log_in()
    ada.start_server()
    teacher = Browser(hub, "tom").log_in()
    teacher.sign_in()
    assert teacher.ask("POST", "/people/", json={"csv": "id\nada\n"}).status_code == 200
    files = [{"path": "average.py", "text": "# average\n"}]
    task = {"title": "Averages", "time_limit": 3600.0, "show_report": True, "files": files}
    assessment = teacher.ask("POST", "/assessments/", json=task).json()["assessment_id"]
    assert teacher.ask("POST", f"/assessments/{assessment}/invitations/", json={"people": ["ada"]}).status_code == 201
    ada.server()

    def session() -> str:
        (found,) = teacher.ask("GET", "/sessions/").json()["items"]
        return str(found["session_id"])

    play(hub, "hub", pictures=tmp_path, wishes={"password": lambda: PASSWORD, "session": session})
    assert PASSWORD not in hub.log
