"""Editors that know only the standard, notebooks, and the core in the language server's own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from editor import PLAIN, Editor
from jupyter_process import Jupyter
from lsprotocol import types as t

from codeassess_lsp.editor.percent import Cell, locate, to_percent

CODE = "def f(n):\n    if n < 2:\n        return n\n    a = f(n - 1)\n    return a + f(n - 2)\n"


async def test_an_editor_with_nothing_but_the_standard(jupyter: Jupyter, tmp_path: Path) -> None:
    editor = Editor(tmp_path, capabilities=PLAIN, CODEASSESS_TOKEN=jupyter.token)
    session = jupyter.call("POST", "/sessions/", json={}).json()["session_id"]
    editor.buttons = ["I agree"]
    answer = await editor.start(serverUrl=jupyter.url, session=session)
    assert "codeassess/answer" in answer.capabilities.execute_command_provider.commands
    assert "Do you agree?" in (await editor.until(lambda: editor.choices))[0].message
    uri = editor.open("main.py", "")
    actions: list[Any] = []
    while not actions:
        actions = await _actions(editor, uri)
    assert [a.title for a in actions] == [
        "CodeAssess: put this file into the session",
        "CodeAssess: finish the session",
    ]
    await editor.command(actions[0].command.removeprefix("codeassess/"), *actions[0].arguments)
    editor.replace(uri, 2, CODE)
    asked = (await editor.until(lambda: editor.choices[1:]))[0]
    assert [action.title for action in asked.actions] == ["Answer", "Show code", "Not now"]
    assert "main.py, lines" in asked.message
    editor.buttons = ["Show code"]
    shown = (await editor.until(lambda: editor.client.shown_documents))[0]
    assert shown.uri == uri and shown.selection is not None
    editor.buttons = ["Answer"]
    answer_file = (await editor.until(lambda: editor.client.shown_documents[1:]))[0].uri
    _fill_in(editor, answer_file, "It returns the n-th Fibonacci number, and calls itself twice.")
    said = await editor.until(
        lambda: [m.message for m in editor.client.messages if m.message.startswith("Evaluated: ")]
    )
    assert " of 10" in said[0] or "No score yet" in said[0]
    await editor.command("finish")
    await editor.until(lambda: [m for m in editor.client.messages if "one last question" in m.message])
    await editor.command("finish")
    await editor.until(lambda: [m for m in editor.client.messages if "its report is written" in m.message])
    assert await editor.quit() == 0


async def _actions(editor: Editor, uri: str) -> list[Any]:
    whole = t.Range(t.Position(0, 0), t.Position(0, 0))
    params = t.CodeActionParams(t.TextDocumentIdentifier(uri), whole, t.CodeActionContext(diagnostics=[]))
    return list(await editor.client.text_document_code_action_async(params) or ())


def _fill_in(editor: Editor, answer_file: str, text: str) -> None:
    """Write below the line and save, as a person does in any editor."""
    path = Path(urlsplit(answer_file).path)
    written = path.read_text() + text + "\n"
    item = t.TextDocumentItem(uri=answer_file, language_id="markdown", version=1, text=path.read_text())
    editor.client.text_document_did_open(t.DidOpenTextDocumentParams(item))
    editor.replace(answer_file, 2, written)
    editor.save(answer_file)


async def test_not_now_defers_the_question(jupyter: Jupyter, tmp_path: Path) -> None:
    editor = Editor(tmp_path, capabilities=PLAIN, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(serverUrl=jupyter.url)
    uri = editor.open("main.py", "")
    editor.buttons = ["I agree"]
    await editor.command("start", {"documents": [uri]})
    editor.replace(uri, 2, CODE)
    await editor.until(lambda: editor.choices[1:])
    editor.buttons = ["Not now"]
    session = jupyter.call("GET", "/sessions/").json()["items"][0]

    def deferred() -> bool:
        kinds = jupyter.call("GET", f"/sessions/{session['session_id']}/interactions/").json()["items"]
        return "question_deferred" in [item["kind"] for item in kinds]

    await editor.until(deferred)
    await editor.quit()


def _cell(uri: str, kind: t.NotebookCellKind) -> t.NotebookCell:
    return t.NotebookCell(kind=kind, document=uri)


async def test_a_notebook_is_one_document_and_a_question_points_into_its_cell(jupyter: Jupyter, tmp_path: Path) -> None:
    editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(serverUrl=jupyter.url)
    uri, one, two = editor.uri("work.ipynb"), "vscode-notebook-cell:/work.ipynb#a", "vscode-notebook-cell:/work.ipynb#b"
    cells = [_cell(one, t.NotebookCellKind.Markup), _cell(two, t.NotebookCellKind.Code)]
    texts = [
        t.TextDocumentItem(one, "markdown", 1, "# Title"),
        t.TextDocumentItem(two, "python", 1, "%pip list\nx = 1"),
    ]
    notebook = t.NotebookDocument(uri=uri, notebook_type="jupyter-notebook", version=1, cells=cells)
    editor.client.notebook_document_did_open(t.DidOpenNotebookDocumentParams(notebook, texts))
    session = (await editor.ask("start", consent=True, documents=[two]))["session"]  # a cell stands for its notebook
    await editor.saved()
    _change_notebook(editor, uri, 2, text=(two, 2, CODE))
    await editor.saved()
    question = await editor.hear("question")
    assert question["spot"]["uri"] == two
    assert 0 <= question["spot"]["start"] <= question["spot"]["end"] <= 5
    three = "vscode-notebook-cell:/work.ipynb#c"
    _change_notebook(editor, uri, 3, added=(2, three, "y = 2"))
    await editor.saved()
    _change_notebook(editor, uri, 4, removed=0)
    identifier = t.NotebookDocumentIdentifier(uri)
    editor.client.notebook_document_did_save(t.DidSaveNotebookDocumentParams(identifier))
    editor.client.notebook_document_did_close(
        t.DidCloseNotebookDocumentParams(identifier, [t.TextDocumentIdentifier(two), t.TextDocumentIdentifier(three)])
    )
    await editor.saved()
    codes = [jupyter.code(session, s["n"]) for s in jupyter.snapshots(session)]
    assert codes[0] == '# %% [markdown] id="a"\n# # Title\n\n# %% id="b"\n# %pip list\nx = 1\n'
    assert codes[1] == f'# %% [markdown] id="a"\n# # Title\n\n# %% id="b"\n{CODE}\n'
    assert codes[-1] == f'# %% id="b"\n{CODE}\n\n# %% id="c"\ny = 2\n'
    await editor.quit()


def _change_notebook(
    editor: Editor,
    uri: str,
    version: int,
    *,
    text: tuple[str, int, str] | None = None,
    added: tuple[int, str, str] | None = None,
    removed: int | None = None,
) -> None:
    change = t.NotebookDocumentCellChanges()
    if text is not None:
        document = t.VersionedTextDocumentIdentifier(uri=text[0], version=text[1])
        change.text_content = [
            t.NotebookDocumentCellContentChanges(document, [t.TextDocumentContentChangeWholeDocument(text[2])])
        ]
    if added is not None:
        array = t.NotebookCellArrayChange(added[0], 0, [_cell(added[1], t.NotebookCellKind.Code)])
        opened = [t.TextDocumentItem(added[1], "python", 1, added[2])]
        change.structure = t.NotebookDocumentCellChangeStructure(array, did_open=opened)
    if removed is not None:
        change.structure = t.NotebookDocumentCellChangeStructure(t.NotebookCellArrayChange(removed, 1))
    event = t.NotebookDocumentChangeEvent(cells=change)
    document = t.VersionedNotebookDocumentIdentifier(version=version, uri=uri)
    editor.client.notebook_document_did_change(t.DidChangeNotebookDocumentParams(document, event))


# a line of the percent text: the cell and the line in it
PLACES = [
    (0, ("a", 0)),  # the marker of the first cell
    (1, ("a", 0)),
    (3, ("b", 0)),  # the marker of the second
    (4, ("b", 0)),
    (5, ("b", 1)),
]


def test_each_line_of_a_percent_text_belongs_to_a_cell() -> None:
    cells = [Cell("a", "a", True, "x = 1"), Cell("b", "b", True, "y = 2\nz = 3")]
    assert to_percent(cells, "python").split("\n")[4:6] == ["y = 2", "z = 3"]
    for line, (uri, at) in PLACES:
        found = locate(cells, line)
        assert found is not None and (found[0].uri, found[1]) == (uri, at), line
    assert locate(cells, 99) is None


async def test_embedded_mode_needs_no_server(tmp_path: Path) -> None:
    settings = {"CODEASSESS_MODEL": "offline", "CODEASSESS_IDLE_PAUSE": "0.2"}
    settings["CODEASSESS_MIN_TIME_BETWEEN_INTERACTIONS"] = "0"
    settings["CODEASSESS_FOLLOW_UPS"] = "no"
    editor = Editor(tmp_path, **settings)
    await editor.start(mode="embedded")
    uri = editor.open("main.py", "")
    state = await editor.ask("start", consent=True, documents=[uri])
    assert state["place"] == "embedded"
    editor.replace(uri, 2, CODE)
    question = await editor.hear("question")
    await editor.ask("answer", id=question["id"], text="It returns the n-th Fibonacci number, recursively.")
    evaluation = await editor.hear("evaluation")
    assert 0 <= evaluation["score"] <= 10
    await editor.ask("finish")
    await editor.hear("state", lambda told: told["status"] == "closing")
    await editor.ask("finish")
    await editor.kept("ended")
    assert "unverified" in (await editor.ask("readReport"))["markdown"].lower()
    assert await editor.quit() == 0
