"""`jupyter codeassess` as a service of a real JupyterHub: who comes in, as whom, and for how long."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import servers
from hub_running import BIN, NAVIGATES, Browser, Hub, Server, own_environment, until
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

CODE = """def average(values):
    total = 0
    for value in values:
        total += value
    return total / len(values)
"""
ELSEWHERE = {"sign_out_url": "/hub/logout", "lab_url": "/hub/user-redirect/lab"}
CANDIDATE = "custom:codeassess:candidate"
MAY_OPEN = "access:services!service=codeassess"
OUTSIDE_PORT = servers.free_port()
MORE = f"""
c.Authenticator.allowed_users |= {{"ann", "max"}}
c.JupyterHub.load_groups |= {{"assistants": {{"users": ["ann"]}}, "visitors": {{"users": ["max"]}}}}
c.JupyterHub.load_roles += [
    {{"name": "assistants", "groups": ["assistants"], "scopes": [MAY_OPEN, "{CANDIDATE}"]}},
    {{"name": "visitors", "groups": ["visitors"], "scopes": [MAY_OPEN]}},
    {{"name": "outside", "groups": ["graders"], "scopes": ["access:services!service=outside"]}},
    {{"name": "robots", "services": ["robot"], "scopes": [MAY_OPEN, "custom:codeassess:operate"]}},
]
c.JupyterHub.services += [
    {{"name": "robot", "api_token": "robot-token-0123456789"}},
    {{"name": "outside", "url": "http://127.0.0.1:{OUTSIDE_PORT}", "api_token": "outside-token-0123456789",
      "oauth_no_confirm": True, "oauth_client_allowed_scopes": list(c.JupyterHub.custom_scopes)}},
]
""".replace("MAY_OPEN", repr(MAY_OPEN))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Hub]:
    with servers.fresh_database(postgres_server) as url:
        settings = {"DATABASE_URL": url, "HUB_GROUPS": "assistants=grader", "HUB_GRACE": "15", "HUB_RECHECK": "2"}
        running = Hub(
            tmp_path_factory.mktemp("hub"),
            more=MORE,
            **{f"CODEASSESS_{name}": value for name, value in settings.items()},
        )
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="module")
def class_(hub: Hub) -> dict[str, Server]:
    """The servers of two candidates whom a teacher has invited."""
    people = [Browser(hub, name).log_in() for name in ("ada", "bob")]
    for person in people:
        person.start_server()
    teacher = Browser(hub, "tom").log_in()
    teacher.sign_in()
    assert teacher.ask("POST", "/people/", json={"csv": "id\nada\nbob\n"}).status_code == 200
    task = {"title": "Averages", "time_limit": 3600.0, "show_report": True}
    assessment = teacher.ask("POST", "/assessments/", json=task).json()["assessment_id"]
    made = teacher.ask("POST", f"/assessments/{assessment}/invitations/", json={"people": ["ada", "bob"]})
    assert [item["link"].partition("#")[0] for item in made.json()["items"]] == [f"{hub.service}/"] * 2
    return {person.name: person.server() for person in people}


def write(server: Server, session_id: str) -> None:
    """A whole session: code, a question, its answer, the report."""
    with server.socket(session_id) as talk:
        talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
        question = talk.until("question")
        assert {"message_type": "ack", "seq": 1} in talk.heard
        answer = {"message_type": "response_submitted", "seq": 2, "interaction_id": question["interaction_id"]}
        talk.say({**answer, "response": "It adds the values up and divides by how many there are."})
        talk.until("evaluation_result")
        talk.say({"message_type": "finish", "seq": 3})
        talk.until("report_ready")
        assert talk.closed() == 4410


def begin(server: Server) -> str:
    """A session of the only assessment to which somebody is invited, with their consent."""
    (invited,) = server.ask("GET", "/invitations/").json()["items"]
    body = {"assessment_id": invited["assessment_id"]}
    begun = server.ask("POST", "/sessions/", json=body, headers={"Idempotency-Key": "once"})
    assert begun.status_code == 201, begun.text
    session_id = str(begun.json()["session_id"])
    agreed = {"agreed": True, "statement": "All that I type is recorded."}
    assert server.ask("POST", f"/sessions/{session_id}/consent", json=agreed).status_code == 201
    return session_id


def test_candidates_write_in_their_own_servers_without_a_token_and_a_grader_reviews(
    hub: Hub, class_: dict[str, Server]
) -> None:
    sessions = {name: begin(server) for name, server in class_.items()}
    with ThreadPoolExecutor() as at_once:
        list(at_once.map(lambda name: write(class_[name], sessions[name]), sessions))
    for name, other in (("ada", "bob"), ("bob", "ada")):
        server = class_[name]
        assert server.ask("GET", f"/sessions/{sessions[name]}/").json()["owner"] == name
        assert server.ask("GET", f"/sessions/{sessions[name]}/report/?format=json").status_code == 200
        assert [one["owner"] for one in server.ask("GET", "/sessions/").json()["items"]] == [name]
        for path in ("", "interactions/", "snapshots/", "report/"):
            refused = server.ask("GET", f"/sessions/{sessions[other]}/{path}")
            assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")
        with server.socket(sessions[other], greet=False) as talk:
            assert talk.closed() == 4404

    grace = Browser(hub, "grace").log_in()
    page = grace.sign_in()
    assert (page.status_code, page.url.path) == (200, "/services/codeassess/")
    assert grace.ask("GET", "/codeassess/me").json() == {
        "name": "grace", "role": "grader", "tenant": "default", "mode": "service", "elsewhere": ELSEWHERE,
    }  # fmt: skip
    found = {one["session_id"]: one for one in grace.ask("GET", "/sessions/").json()["items"]}
    assert {session: found[session]["owner"] for session in sessions.values()} == {v: k for k, v in sessions.items()}
    for session_id in sessions.values():
        report = grace.ask("GET", f"/sessions/{session_id}/report/?format=json").json()
        assert report["session"]["mode"] == "service"
        question = report["questions"][0]["interaction_id"]
        body = {"question_id": question, "verdict": "override", "score": 8, "reason": "Said in their own words."}
        assert grace.ask("POST", f"/sessions/{session_id}/report/reviews", json=body).status_code == 201
        (review,) = grace.ask("GET", f"/sessions/{session_id}/report/reviews/").json()["items"]
        assert review["reviewer"] == "grace"


def test_a_server_holds_nothing_but_its_own_token(hub: Hub, class_: dict[str, Server]) -> None:
    for name, server in class_.items():
        environment = own_environment(hub, name)
        assert not any(word in text for text in environment for word in ("DATABASE", "OPENAI", "postgresql"))
        with_own = Server(hub.service, environment["JUPYTERHUB_API_TOKEN"])
        assert (with_own.ask("GET", "/codeassess/me").json()["name"], with_own.ask("GET", "/people/").status_code) == (
            name,
            403,
        )
        refused = server.ask("POST", "/codeassess/join", json={"code": "7K3M-9QRT-2XWB"})
        assert refused.status_code == 400 and "JupyterHub says who you are" in refused.json()["error"]["message"]


def test_who_has_no_role_is_told_so(hub: Hub) -> None:
    zoe = Browser(hub, "zoe").log_in()
    assert zoe.sign_in().status_code == 403  # by the Hub itself, which has a page for it
    assert zoe.ask("GET", "/codeassess/me").status_code == 401
    visitor = Browser(hub, "max").log_in()
    assert visitor.sign_in().status_code == 200  # the page holds no data
    error = visitor.ask("GET", "/codeassess/me").json()["error"]
    assert (error["code"], error["detail"]) == ("forbidden", ELSEWHERE)
    assert error["message"] == (
        "JupyterHub knows max, and gives this login or token no role in codeassess: it needs one of the scopes "
        "custom:codeassess:operate, custom:codeassess:teach, custom:codeassess:grade, custom:codeassess:candidate. "
        "Ask who runs the Hub."
    )
    assert visitor.ask("POST", "/sessions/", json={}).status_code == 403
    ada = Browser(hub, "ada").log_in()
    for scopes, said in (
        ([CANDIDATE], "JupyterHub does not let ada use this service with this login or token"),
        ([MAY_OPEN], "JupyterHub knows ada, and gives this login or token no role"),
    ):
        token, _ = ada.token(*scopes)
        refused = Server(hub.service, token).ask("GET", "/sessions/")
        assert refused.status_code == 403 and said in refused.json()["error"]["message"], refused.text
    robot = Server(hub.service, "robot-token-0123456789").ask("GET", "/sessions/")
    assert robot.status_code == 403 and "robot is a service of JupyterHub" in robot.json()["error"]["message"]
    assert Server(hub.service, "wrong").ask("GET", "/sessions/").status_code == 401


def test_groups_count_for_who_signs_in_and_never_for_a_token(hub: Hub) -> None:
    ann = Browser(hub, "ann").log_in()
    ann.sign_in()
    assert ann.ask("GET", "/codeassess/me").json()["role"] == "grader"
    token, _ = ann.token(MAY_OPEN, CANDIDATE)
    assert Server(hub.service, token).ask("GET", "/codeassess/me").json()["role"] == "candidate"


def test_a_token_that_is_revoked_ends_the_socket_and_counts_no_more(hub: Hub) -> None:
    ada = Browser(hub, "ada").log_in()
    token, token_id = ada.token(MAY_OPEN, CANDIDATE)
    direct = Server(hub.service, token)
    session_id = direct.ask("POST", "/sessions/", json={}).json()["session_id"]
    ticket = direct.ask("POST", f"/sessions/{session_id}/ticket")
    assert ticket.status_code == 400 and ticket.json()["error"]["message"].startswith("Tickets are for tokens of")
    with direct.socket(session_id) as talk:
        talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
        talk.until("ack")
        ada.revoke(token_id)
        assert talk.closed(seconds=15) == 4401
    assert direct.ask("GET", "/sessions/").status_code == 401


def test_only_the_page_of_the_service_can_use_the_cookie(hub: Hub) -> None:
    tom = Browser(hub, "tom").log_in()
    tom.sign_in()
    plain = {"X-XSRFToken": ""}
    assert tom.ask("GET", "/sessions/").status_code == 200
    assert tom.ask("GET", "/sessions/", headers=plain).status_code == 401  # another server's page has no XSRF token
    forged = tom.ask("POST", "/assessments/", json={"title": "Forged"}, headers=plain)
    assert forged.status_code in (401, 403)
    assert tom.http.get(f"{hub.service}/sessions/results.csv", headers={"Sec-Fetch-Mode": "navigate"}).is_success
    jar = "; ".join(f"{cookie.name}={cookie.value}" for cookie in tom.http.cookies.jar)
    address = f"{hub.service.replace('http', 'ws', 1)}/ws/session/01a22f8d-aae9-71f3-871e-84a8a25e2fd6"
    for origin in (None, "https://elsewhere.example"):
        with (
            pytest.raises(InvalidStatus, match="403"),
            connect(
                address,
                additional_headers={"Cookie": jar},
                origin=origin,
                proxy=None,  # type: ignore[arg-type]
            ),
        ):
            pass
    with connect(address, additional_headers={"Cookie": jar}, origin=hub.url, proxy=None) as own:  # type: ignore[arg-type]
        with pytest.raises(ConnectionClosed):
            own.recv(timeout=30)
        assert own.close_code == 4404  # it was let in, and there is no such session
    token, _ = Browser(hub, "ada").log_in().token(MAY_OPEN, CANDIDATE)
    assert httpx.get(f"{hub.service}/sessions/?token={token}", trust_env=False).status_code == 401


def test_signing_out_removes_the_cookie(hub: Hub) -> None:
    grace = Browser(hub, "grace").log_in()
    grace.sign_in()
    assert grace.ask("POST", "/codeassess/sign-out").status_code == 204
    assert grace.ask("GET", "/codeassess/me").json()["error"]["detail"] == {"sign_in": "codeassess/hub"}


def test_what_goes_wrong_at_the_hub_is_told_on_a_page(hub: Hub) -> None:
    for query in ("error=access_denied&error_description=No<b>", "code=x&state=y", "code=x", ""):
        answer = httpx.get(f"{hub.service}/oauth_callback?{query}", trust_env=False)
        assert answer.status_code in (400, 403) and "Signing in did not work" in answer.text, query
        assert "<b>" not in answer.text and "Traceback" not in answer.text
        assert 'href="/services/codeassess/"' in answer.text


def test_a_code_works_below_the_address_of_the_service_too(hub: Hub) -> None:
    operator = Server(hub.service, made_token(hub, "operator"))
    assert operator.ask("POST", "/people/", json={"csv": "id\nguest\n"}).status_code == 200
    assessment = operator.ask("POST", "/assessments/", json={"title": "For guests"}).json()["assessment_id"]
    made = operator.ask("POST", f"/assessments/{assessment}/invitations/", json={"people": ["guest"]}).json()
    (item,) = made["items"]
    assert item["link"].startswith(f"{hub.service}/#/join/")
    joined = httpx.post(f"{hub.service}/codeassess/join", json={"code": item["code"]}, trust_env=False).json()
    guest = Server(hub.service, joined["token"])
    session_id = guest.ask("POST", "/sessions/", json={"assessment_id": assessment}).json()["session_id"]
    with guest.socket(session_id) as talk:
        talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
        talk.until("ack")


def made_token(hub: Hub, role: str) -> str:
    made = hub.codeassess("token", "create", "--role", role, "--name", "root", "--json")
    (token,) = re.findall(r"ca_[\w-]+", made)
    return str(token)


def test_nothing_of_jupyters_own_is_there(hub: Hub) -> None:
    operator = {"Authorization": "token robot-token-0123456789"}
    for method, path in (("POST", "api/shutdown"), ("GET", "api/me"), ("GET", "login"), ("GET", "logout")):
        answer = httpx.request(method, f"{hub.service}/{path}", headers=operator, trust_env=False)
        assert answer.status_code == 404, path


def test_a_service_that_is_started_by_somebody_else_knows_the_hubs_users_as_well(hub: Hub, tmp_path: Path) -> None:
    environment = {
        "JUPYTERHUB_SERVICE_NAME": "outside",
        "JUPYTERHUB_API_TOKEN": "outside-token-0123456789",
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{hub.hub_port}/hub/api",
        "JUPYTERHUB_CLIENT_ID": "service-outside",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/outside/",
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{OUTSIDE_PORT}",
    }
    port = servers.free_port()
    second = environment | {"JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}"}
    folders = [tmp_path / name for name in ("first", "second")]
    with outside(environment, folders[0]), outside(second, folders[1]):
        grace = Browser(hub, "grace").log_in()
        grace.service = f"{hub.url}/services/outside"
        other = f"http://127.0.0.1:{port}/services/outside"
        for address, folder in zip((grace.service, other), folders, strict=True):
            until(lambda: hub.answers(f"{address}/codeassess/me") == 401, what=(folder / "log").read_text)  # noqa: B023
        assert grace.sign_in().status_code == 200
        assert grace.ask("GET", "/codeassess/me").json()["role"] == "grader"
        begun_at_one_and_ended_at_the_other(Browser(hub, "grace").log_in(), other, grace.service)


def begun_at_one_and_ended_at_the_other(grace: Browser, one: str, other: str) -> None:
    """Two processes behind a balancer: the second one knows who began to sign in at the first one, and nobody else."""
    callbacks = [begun_at(one, grace), begun_at(one, grace)]  # in two tabs
    assert [len(back.params["state"].split(".")) for back in callbacks] == [2, 3]
    stranger = httpx.get(callbacks[0], trust_env=False)
    assert (stranger.status_code, "oauth state does not match" in stranger.text) == (403, True)
    assert grace.http.get(callbacks[1], headers=NAVIGATES).status_code == 200
    for grace.service in (one, other):
        assert grace.ask("GET", "/codeassess/me").json()["role"] == "grader"


def begun_at(service: str, browser: Browser) -> httpx.URL:
    """Where the Hub sends a browser back to, which began to sign in at this process."""
    asked = browser.http.get(f"{service}/codeassess/hub", headers=NAVIGATES, follow_redirects=False)
    assert set(httpx.URL(asked.headers["location"]).params) >= {"state", "code_challenge"}
    at_hub = browser.http.get(browser.hub.url + asked.headers["location"], headers=NAVIGATES, follow_redirects=False)
    return httpx.URL(browser.hub.url).join(at_hub.headers["location"])


@contextmanager
def outside(environment: dict[str, str], folder: Path) -> Iterator[None]:
    folder.mkdir()
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "CODEASSESS_DATA_DIR": str(folder / "data")}
    root = ["--allow-root"] if os.geteuid() == 0 else []
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [BIN / "jupyter-codeassess", *root], cwd=folder, env={**own, **environment}, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_a_service_that_is_told_half_does_not_start(tmp_path: Path) -> None:
    half = {"JUPYTERHUB_SERVICE_NAME": "codeassess", "JUPYTERHUB_SERVICE_PREFIX": "/services/codeassess/"}
    said = refused_to_start(half, tmp_path)
    assert "JUPYTERHUB_API_TOKEN, JUPYTERHUB_API_URL, JUPYTERHUB_CLIENT_ID, JUPYTERHUB_SERVICE_URL must be set" in said
    whole = dict.fromkeys(("API_TOKEN", "API_URL", "CLIENT_ID"), "x")
    url = {f"JUPYTERHUB_{name}": value for name, value in whole.items()} | {"JUPYTERHUB_SERVICE_URL": "127.0.0.1:80"}
    assert "JUPYTERHUB_SERVICE_URL must be like http://127.0.0.1:8985" in refused_to_start(half | url, tmp_path)


def refused_to_start(environment: dict[str, str], folder: Path) -> str:
    own = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, "-c", "from codeassess_ext.service import main; main()"]
    done = subprocess.run(command, cwd=folder, env=own | environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    return done.stderr


def test_a_server_whose_token_is_revoked_says_so(hub: Hub, class_: dict[str, Server]) -> None:
    bob = Browser(hub, "bob").log_in()
    session_id = class_["bob"].ask("POST", "/sessions/", json={}).json()["session_id"]
    tokens: list[dict[str, Any]] = bob.hub_api("GET", "/users/bob/tokens").json()["api_tokens"]
    (own,) = [token["id"] for token in tokens if token.get("note") == "Server at /user/bob/"]
    with class_["bob"].socket(session_id) as talk:
        bob.revoke(own)
        assert talk.closed(seconds=15) == 4401
    error = class_["bob"].ask("GET", "/invitations/").json()["error"]
    assert (error["code"], "stop and start your server" in error["message"]) == ("hub_token_refused", True)


def test_while_the_hub_is_silent_who_is_known_goes_on_for_the_grace_and_nobody_new_comes_in(hub: Hub) -> None:
    ada = Browser(hub, "ada").log_in()
    known, new = (Server(hub.service, ada.token(MAY_OPEN, CANDIDATE)[0]) for _ in range(2))
    session_id = known.ask("POST", "/sessions/", json={}).json()["session_id"]
    assert hub.process is not None
    with known.socket(session_id) as talk:
        hub.process.send_signal(signal.SIGSTOP)
        try:
            refused = new.ask("GET", "/sessions/")
            error = refused.json()["error"]
            assert (refused.status_code, error["code"]) == (503, "hub_unavailable"), error
            assert error["message"].startswith("JupyterHub does not say who you are at the moment")
            talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
            talk.until("ack")
            assert known.ask("GET", "/sessions/").status_code == 200
            assert httpx.get(f"{hub.service}/", trust_env=False).status_code == 200
            assert talk.closed() == 4012  # come back later: nothing that is not acknowledged is thrown away
            assert known.ask("GET", "/sessions/").status_code == 503
        finally:
            hub.process.send_signal(signal.SIGCONT)
    until(lambda: known.ask("GET", "/sessions/").status_code == 200)
    with known.socket(session_id) as talk:
        assert talk.heard[-1]["acked_seq"] == 1
    assert new.ask("GET", "/sessions/").status_code == 200
