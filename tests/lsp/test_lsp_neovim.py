"""The Neovim configuration of docs/vscode.md, in a real Neovim without a screen."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_process import Jupyter

BESIDE = str(Path(sys.executable).parent)  # the test extra brings one
NVIM = os.environ.get("NVIM_PROGRAM") or shutil.which("nvim", path=os.pathsep.join((BESIDE, os.environ["PATH"])))
DOCS = Path(__file__).parent.parent.parent / "docs" / "vscode.md"
SCRIPT = """
local told = {}
vim.notify = function(text) table.insert(told, text) end
vim.fn.confirm = function() return 1 end
local function await(what, holds)
  if not vim.wait(90000, holds, 50) then
    io.stdout:write(vim.json.encode({ failed = what, told = told, state = vim.g.codeassess }))
    vim.cmd("cquit")
  end
end
local function heard(pattern)
  return function()
    for _, text in ipairs(told) do if text:find(pattern) then return true end end
    return false
  end
end
vim.cmd("edit main.py")
await("attached", function() return vim.g.codeassess == "idle" end)
vim.cmd("CodeAssess start")
await("saved", function() return vim.g.codeassess == "saved" end)
vim.api.nvim_buf_set_lines(0, 0, -1, false, {
  "def f(n):", "    if n < 2:", "        return n", "    a = f(n - 1)", "    return a + f(n - 2)  -- \\u{1F600}" })
await("question", heard("CodeAssess asks"))
local lines = #vim.diagnostic.get(0)
vim.cmd("CodeAssess answer")
vim.api.nvim_buf_set_lines(0, 0, -1, false, { "It returns the n-th Fibonacci number,", "and calls itself twice." })
vim.cmd("write")
await("evaluation", heard("^CodeAssess: [%dN]"))
vim.cmd("CodeAssess finish")
await("closing round", heard("Finish again"))
vim.cmd("CodeAssess finish")
await("report", heard("its report is written"))
io.stdout:write(vim.json.encode({ told = told, marked = lines }))
vim.cmd("qall!")
"""


@pytest.mark.skipif(NVIM is None, reason="no Neovim here, and no wheel with one: install version 0.10 or newer")
def test_the_documented_configuration_of_neovim_works(jupyter: Jupyter, tmp_path: Path) -> None:
    [configuration] = re.findall(r"```lua\n(.*?)```", DOCS.read_text(), re.DOTALL)
    (tmp_path / "init.lua").write_text(configuration)
    (tmp_path / "session.lua").write_text(SCRIPT)
    program = tmp_path / "bin" / "codeassess-lsp"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m codeassess_lsp "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "CODEASSESS_TOKEN": jupyter.token,
        "CODEASSESS_SERVER_URL": jupyter.url,
        "CODEASSESS_DATA_DIR": str(tmp_path / "data"),
    }
    command = [str(NVIM), "--headless", "-n", "-u", "init.lua", "-S", "session.lua"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=400, check=False
    )
    seen = json.loads(done.stdout)
    assert "failed" not in seen, (seen, done.stderr)
    assert seen["marked"] == 1
    session = jupyter.call("GET", "/sessions/").json()["items"][0]["session_id"]
    code = jupyter.code(session, jupyter.snapshots(session)[-1]["n"])
    assert code.endswith("    return a + f(n - 2)  -- 😀\n")
