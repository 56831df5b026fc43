"""ProgSnap2, the format of process data of the SPLICE working group, version 1.0 of its definition.

Source: https://cssplice.org/progsnap2 and `progsnap2-v1.0.yaml` of CSSPLICE/ProgSnapToolkit.
Code states are in the Table form: one for each snapshot, with the snapshot's number as
CodeStateID. It has the text of the one document that the event changed (CodeStateSection). As
the definition asks, names that it does not have begin with `X-`, and the README explains them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final
from zipfile import ZipFile

from ..clock import isoformat
from ..escaping import csv_cell
from ..model import AssessmentSession, Cause, Interaction, InteractionKind, Snapshot
from ..storage.delta import splice
from .export import Export, ExportMaterial, until_update
from .progsnap2_readme import README

VERSION: Final = "1.0"
METADATA: Final = {
    "Version": VERSION,
    "IsEventOrderingConsistent": "true",
    "EventOrderScope": "Global",
    "EventOrderScopeColumns": "",
    "CodeStateRepresentation": "Table",
}
COLUMNS: Final = (
    "EventID", "Order", "SubjectID", "EventType", "CodeStateID", "ServerTimestamp", "ToolInstances", "SessionID",
    "ProblemID", "ParentEventID", "CodeStateSection", "EventInitiator", "EditType", "ExecutionResult",
    "InterventionCategory", "InterventionType", "InterventionMessage", "X-Text", "X-Score", "X-Cause",
)  # fmt: skip
CODE_COLUMNS: Final = ("CodeStateID", "Code", "CodeStateSection")

_EDITS: Final = {Cause.PASTE: "Paste", Cause.UNDO: "Undo"}
_TOGETHER: Final = {Cause.RUN: "Run.Program", Cause.SAVE: "File.Save", Cause.OPEN: "File.Open"}
_RESULTS: Final = {True: "Success", False: "Error"}

Row = dict[str, Any]


class ProgSnap2(Export):
    """MainTable.csv, DatasetMetadata.csv, CodeStates/CodeStates.csv and README.md."""

    def __init__(self, archive: ZipFile, material: ExportMaterial) -> None:
        super().__init__(archive, material)
        self._questions = {question.id: question for question in material.questions}
        self._reviews = {review.id: review for review in material.reviews}
        self._waiting = iter(material.interactions)
        # the event that asked each question
        asked = (i for i in material.interactions if i.kind is InteractionKind.QUESTION_ASKED)
        self._asked = {interaction.id: str(interaction.seq) for interaction in asked}
        self._before: dict[str, str] = {}  # the last text of each document
        self._code_state = ""
        self._rows: list[Row] = []
        self._codes = io.TextIOWrapper(self._entry("CodeStates/CodeStates.csv"), encoding="utf-8", newline="")
        self._code_states = csv.writer(self._codes, quoting=csv.QUOTE_ALL)
        self._code_states.writerow(CODE_COLUMNS)
        self._row({"EventID": "start", "EventType": "Session.Start"}, isoformat(material.session.created_at))

    def add(self, snapshots: Sequence[Snapshot]) -> None:
        for snapshot in snapshots:
            self._code_states.writerow(map(csv_cell, (snapshot.n, snapshot.code, snapshot.document)))
            for interaction in until_update(self._waiting):
                self._add(interaction, snapshot)

    def _add(self, interaction: Interaction, snapshot: Snapshot) -> None:
        """An interaction; an update of the code is that of the snapshot."""
        if interaction.kind is not InteractionKind.CODE_UPDATE:
            self._tell(interaction, [self._event(interaction)])
            return
        self._code_state = str(snapshot.n)
        self._tell(interaction, self._updated(interaction, snapshot))

    def close(self) -> None:
        for interaction in self._waiting:
            self._tell(interaction, [self._event(interaction)])
        self._codes.close()
        ended = self._material.session.ended_at
        if ended is not None:
            self._row({"EventID": "end", "EventType": "Session.End"}, isoformat(ended))
        self._write("MainTable.csv", _table(COLUMNS, ([row.get(c, "") for c in COLUMNS] for row in self._rows)))
        self._write("DatasetMetadata.csv", _table(("Property", "Value"), METADATA.items()))
        self._write("README.md", README)

    def _tell(self, interaction: Interaction, events: Sequence[Row]) -> None:
        for event in events:
            self._row({"EventID": str(interaction.seq)} | event, isoformat(interaction.created_at))

    def _row(self, event: Row, at: str) -> None:
        session = self._material.session
        common = {
            "Order": len(self._rows) + 1,
            "SubjectID": session.owner,
            "CodeStateID": self._code_state,
            "ServerTimestamp": at,
            "ToolInstances": _tools(session, self._material.server_version),
            "SessionID": session.id,
            "ProblemID": session.assessment_id or "",
        }
        self._rows.append(common | event)

    def _updated(self, interaction: Interaction, snapshot: Snapshot) -> list[Row]:
        """The edit, and as another event what the editor did with it."""
        before = self._before.get(snapshot.document, "")
        self._before[snapshot.document] = snapshot.code
        cause = interaction.payload.get("cause", "")
        section = {"CodeStateSection": snapshot.document, "EventInitiator": "UserDirectAction", "X-Cause": cause}
        edit = {"EventType": "File.Edit", "EditType": _EDITS.get(cause) or _edit_type(before, snapshot.code)} | section
        together = _TOGETHER.get(cause)
        if together is None:
            return [edit]
        parent = {"EventID": f"{interaction.seq}-{cause}", "ParentEventID": str(interaction.seq)}
        return [edit, {"EventType": together} | section | parent]

    def _event(self, interaction: Interaction) -> Row:
        payload = interaction.payload
        about = {"ParentEventID": self._asked.get(str(payload.get("interaction_id")), "")}
        match interaction.kind:
            case InteractionKind.ACTIVITY:
                return _activity(payload)
            case InteractionKind.QUESTION_ASKED:
                return self._question(interaction)
            case InteractionKind.EVALUATION:
                said = {"InterventionType": "evaluation", "InterventionMessage": payload.get("evaluation", "")}
                return _intervention("Feedback", "ToolReaction") | said | {"X-Score": payload.get("score", "")} | about
            case InteractionKind.REVIEW:
                return self._reviewed(payload) | about
            case InteractionKind.RESPONSE_RECEIVED:
                return {"EventType": "X-Response", "X-Text": payload.get("response", "")} | about
            case InteractionKind.FINISH:
                return {"EventType": "Submit"}
            case InteractionKind.CONSENT:
                return {"EventType": "X-Consent", "X-Text": payload.get("text", "")}
        name = "".join(word.capitalize() for word in interaction.kind.split("_"))
        return {"EventType": f"X-{name}", "X-Text": payload.get("reason", "")} | about

    def _question(self, interaction: Interaction) -> Row:
        payload, question = interaction.payload, self._questions.get(interaction.id)
        row = _intervention("X-Question", "ToolReaction")
        row |= {"InterventionType": payload.get("kind", ""), "InterventionMessage": payload.get("question", "")}
        if question is not None:
            row |= {"CodeStateID": str(question.region.snapshot), "CodeStateSection": question.region.document}
        return row

    def _reviewed(self, payload: dict[str, Any]) -> Row:
        review = self._reviews.get(str(payload.get("review_id")))
        score = payload.get("score", "")
        row = _intervention("EarnedGrade", "InstructorDirectAction")
        row |= {"EventInitiator": "UserDirectAction"} if payload.get("by_owner") else {}
        row |= {"InterventionType": payload.get("verdict", ""), "InterventionMessage": str(score), "X-Score": score}
        return row | {"X-Text": (review.reason if review else None) or ""}


def _intervention(category: str, initiator: str) -> Row:
    return {"EventType": "Intervention", "InterventionCategory": category, "EventInitiator": initiator}


def _activity(payload: dict[str, Any]) -> Row:
    kind, detail = str(payload.get("kind", "")), payload.get("detail") or {}
    section = {"CodeStateSection": str(detail.get("document", "")), "EventInitiator": "UserDirectAction"}
    if kind == "run":
        result = _RESULTS.get(bool(detail["success"])) if "success" in detail else ""
        return section | {"EventType": "Run.Program", "ExecutionResult": result}
    if kind in ("save", "open") and section["CodeStateSection"]:
        return section | {"EventType": _TOGETHER[Cause(kind)]}
    return section | {"EventType": "X-Activity", "X-Cause": kind, "X-Text": str(detail.get("text", ""))}


def _edit_type(before: str, after: str) -> str:
    """Was text only inserted, only deleted, or both?"""
    _, deleted, inserted = splice(before.encode(), after.encode())
    if deleted == 0:
        return "Insert"
    return "Replace" if inserted else "Delete"


def _tools(session: AssessmentSession, server_version: str) -> str:
    return f"codeassess {server_version};{session.language}"


def _table(header: Sequence[str], rows: Any) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows(map(csv_cell, row) for row in rows)
    return text.getvalue()
