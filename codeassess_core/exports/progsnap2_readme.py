"""The README of the ProgSnap2 export: the definition requires an explanation of all `X-` names."""

from __future__ import annotations

from typing import Final

README: Final = """\
# One session recorded by codeassess

ProgSnap2, version 1.0 of its definition. Times are the server's, in UTC. Events are in the order of the
record (`Order`); `EventID` is the place in that record, with a word behind it for an event that came with
another.

## Code states

There is one code state for each snapshot; its `CodeStateID` is the number of the snapshot. It holds, in
`CodeStates/CodeStates.csv`, the exact text (line ends included; see Cells) of the one document that the event
changed, which `CodeStateSection` names. The whole code at an event is the newest code state of each
document up to it. An event that changes nothing has the code state of the last edit. A question has the
one that it is about. Fields may be longer than 128 KiB: raise your reader's limit.

## Cells

No cell is a formula: a text that begins with `=`, `+`, `-`, `@`, a tab, a line end or `'` has one `'` in front
of it, in every column of every file. A program takes it away: `cell.removeprefix("'")` in Python is the
text as it was recorded. Every cell is quoted.

## Events

| EventType | what happened |
| --- | --- |
| `Session.Start`, `Session.End` | the session was begun, its first report was written |
| `File.Edit` | an update; `EditType` is `Paste` or `Undo` when the editor said so, else by what changed |
| `File.Save`, `File.Open`, `Run.Program` | as the editor told; with `ParentEventID` when they came with an edit |
| `Submit` | the session was finished |
| `Intervention`, category `X-Question` | a question; `InterventionType` is its kind |
| `X-Response` | the candidate's answer, in `X-Text`; `ParentEventID` is the question |
| `Intervention`, category `Feedback` | the examiner's evaluation of the answer; `X-Score` |
| `Intervention`, category `EarnedGrade` | a person's review: `confirm` or `override`, the reason in `X-Text`; its \
initiator is `UserDirectAction` when the candidate reviewed their own session, which counts for nothing |
| `X-Consent` | the candidate agreed to the assessment's text, in `X-Text`, before the session began |
| `X-Contest` | the candidate contests the score of an answer, the reason in `X-Text` |
| `X-QuestionDeferred`, `X-QuestionWithdrawn` | "not now"; none worth asking could be written |
| `X-EvaluationFailed` | the answer could not be evaluated |
| `X-Activity` | anything else that the editor told, its kind in `X-Cause` |
| `X-Report` | a report was written |

## Columns

- `X-Text`: an answer, a reason, a text that was agreed to.
- `X-Score`: 0 to 10.
- `X-Cause`: what the editor said caused an edit (typing is not recorded), or the kind of an activity.
- `ProblemID`: the id of the assessment; empty for an open session.
- `ExecutionResult` is empty where the editor did not tell it.
"""
