"""Who is looking: one small value that every read and every write is given."""

from dataclasses import dataclass

WRANGLERS = "wranglers"
MODERATORS = "moderators"
ARCHIVISTS = "archivists"
ROLES = (WRANGLERS, MODERATORS, ARCHIVISTS)
SCOPES = ("read", "write", "wrangle", "moderate", "admin")


@dataclass(frozen=True)
class Viewer:
    """Who is looking, with which rights.

    ``user_id`` is None for anonymous people. ``roles`` are those of the user; ``scopes`` what the
    key in use allows (all, in a session). A right needs both: the role and the scope. ``blocked``
    are ids of tags that a guest's browser keeps out of lists; an account keeps its own.
    """

    user_id: int | None = None
    username: str = ""
    roles: frozenset[str] = frozenset()
    is_superuser: bool = False
    scopes: frozenset[str] = frozenset(SCOPES)
    blocked: tuple[int, ...] = ()

    @property
    def is_anonymous(self) -> bool:
        """Nobody signed in."""
        return self.user_id is None

    @property
    def is_wrangler(self) -> bool:
        """May act on the tag graph."""
        return self._may("wrangle", WRANGLERS)

    @property
    def is_moderator(self) -> bool:
        """May act on content of others, with a reason."""
        return self._may("moderate", MODERATORS)

    @property
    def is_archivist(self) -> bool:
        """May add works for creators without an account."""
        return self._may("write", ARCHIVISTS)

    @property
    def is_admin(self) -> bool:
        """May do everything; each exception to privacy is logged."""
        return self.is_superuser and "admin" in self.scopes

    @property
    def may_write(self) -> bool:
        """Signed in, and with a key that writes."""
        return self.user_id is not None and "write" in self.scopes

    def _may(self, scope: str, role: str) -> bool:
        return (
            self.user_id is not None
            and scope in self.scopes
            and (role in self.roles or self.is_superuser)
        )


ANONYMOUS = Viewer()
SYSTEM = Viewer(user_id=None, username="system", roles=frozenset(ROLES), is_superuser=True)
