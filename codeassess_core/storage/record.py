"""The record: all stores over one database."""

from __future__ import annotations

from ..clock import Clock, utcnow
from ..limits import NO_LIMITS, Limits
from ..ports import Jobs
from .assessments import Assessments
from .audit import Audit
from .connections import Connections
from .contests import Contests
from .credentials import Credentials
from .database import Database
from .decisions import Decisions
from .events import Events
from .gradings import Gradings
from .inbox import Inbox
from .invitations import Invitations
from .joining import Joining
from .leases import Leases
from .people import People
from .questions import Questions
from .reports import Reports
from .reviews import Reviews
from .session_lists import SessionLists
from .sessions import Sessions
from .snapshots import Snapshots
from .tickets import Tickets
from .unfinished import Unfinished
from .writes.recorder import Recorder


class Record:
    """Everything that is stored. `open` before use, `aclose` after."""

    def __init__(self, database: Database, *, jobs: Jobs, clock: Clock = utcnow, limits: Limits = NO_LIMITS) -> None:
        self.database = database
        self.audit = Audit(database)
        self.assessments = Assessments(database)
        self.credentials = Credentials(database, clock=clock)
        self.tickets = Tickets(database, clock=clock)
        self.people = People(database, clock=clock)
        self.invitations = Invitations(database, clock=clock)
        self.joining = Joining(database, clock=clock)
        self.connections = Connections(database)
        self.leases = Leases(database, clock=clock)
        self.sessions = Sessions(database)
        self.session_lists = SessionLists(database)
        self.recorder = Recorder(database, most_bytes=limits.session_bytes)
        self.snapshots = Snapshots(database)
        self.inbox = Inbox(database, jobs=jobs, clock=clock, most_bytes=limits.session_bytes)
        self.decisions = Decisions(database)
        self.questions = Questions(database, jobs=jobs, clock=clock)
        self.reports = Reports(database, jobs=jobs, clock=clock)
        self.reviews = Reviews(database, clock=clock)
        self.contests = Contests(database, clock=clock)
        self.gradings = Gradings(database)
        self.events = Events(database)
        self.unfinished = Unfinished(database, clock=clock)

    async def open(self) -> None:
        """Make the tables of an empty database, or check the revision (WrongRevision)."""
        await self.database.open()

    async def aclose(self) -> None:
        """Commit the waiting updates and close the connections."""
        await self.recorder.aclose()
        await self.database.aclose()
