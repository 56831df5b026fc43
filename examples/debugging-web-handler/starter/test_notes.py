"""Run it: python test_notes.py"""

import notes


def test_a_note_is_stored_and_listed():
    notes.notes.clear()
    status, note = notes.handle("POST", "/notes", {}, {"author": "ada", "text": "Buy #milk"})
    assert status == 201 and note["tags"] == ["milk"]
    assert notes.handle("GET", "/notes", {}, None) == (200, [note])


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("passed:", name)
