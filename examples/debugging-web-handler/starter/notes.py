"""Answers requests about notes. A note is a dict: id, author, text, tags."""

PAGE = 3
notes = []


def handle(method, path, query, body):
    """The status and the value for one request."""
    if path == "/notes" and method == "GET":
        return 200, page_of(notes, int(query.get("page", 1)))
    if path == "/notes" and method == "POST":
        return 201, add(body["author"], body["text"])
    if path.startswith("/authors/") and method == "DELETE":
        return 200, forget(path.removeprefix("/authors/"))
    return 404, {"error": "There is no such address."}


def page_of(items, number):
    """Page `number` (from 1) of the items."""
    start = (number - 1) * PAGE
    return items[start : start + PAGE + 1]


def add(author, text, tags=[]):
    """Store a note; #words of its text are its tags."""
    for word in text.split():
        if word.startswith("#"):
            tags.append(word[1:])
    note = {"id": len(notes) + 1, "author": author, "text": text, "tags": tags}
    notes.append(note)
    return note


def forget(author):
    """Delete all notes of an author; returns how many there were."""
    count = 0
    for note in notes:
        if note["author"] == author:
            notes.remove(note)
            count += 1
    return {"deleted": count}
