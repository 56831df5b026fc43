// Made by scripts/generate_wire_types.py from codeassess_core/live, codeassess_core/reports/body.py and
// codeassess_ext/{resources,assessment_resources,audit_listing,contest_resources,people_resources,session_lists,
// signing_in}.py.
// Do not edit: change the Python classes and run the script.

export const MAX_SLOT_CHARACTERS = 2000;

/** The life of a session. */
export type SessionStatus = "active" | "closing" | "finishing" | "ended";

/** The kinds of slots; code can check their answers with certainty. */
export type SlotKind = "value" | "exception" | "lines" | "choice";
