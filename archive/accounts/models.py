"""Users and their API keys."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, gettext_lazy

_SESSION_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"

USERNAME = RegexValidator(
    r"^[a-z0-9_-]{3,40}\Z",
    gettext_lazy("A user name has 3 to 40 characters: small letters a to z, digits, _ and -."),
    code="username.invalid",
)


class User(AbstractUser):
    """Somebody with an account; the pen names are in ``catalog.Creator``."""

    username = models.CharField(
        "user name",
        max_length=40,
        unique=True,
        validators=[USERNAME],
        error_messages={"unique": gettext_lazy("This user name is taken.")},
    )
    email = models.EmailField("e-mail address", blank=True)
    language = models.CharField(
        max_length=10, blank=True, editable=False, help_text="of the interface; empty: as asked"
    )
    sessions_epoch = models.PositiveIntegerField(
        default=0, editable=False, help_text="raised to end all sessions of the account"
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]
    known_roles: frozenset[str] | None = None  # of a session's user, fetched together

    class Meta(AbstractUser.Meta):
        verbose_name = "user"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What sessions must match: it changes with the password and with the epoch."""
        text = f"{self.password}:{self.sessions_epoch}" if self.sessions_epoch else self.password
        return salted_hmac(_SESSION_SALT, text, secret=secret, algorithm="sha256").hexdigest()


class ApiKey(models.Model):
    """A named key of a user for the API: only a hash of the secret part is kept.

    The key shown once is ``uc_<prefix>_<secret>``; ``prefix`` finds the row, ``digest`` is the
    SHA-256 of the whole key (the secret has 256 bits, so no slow hash is needed).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def is_active(self) -> bool:
        """Neither revoked nor expired."""
        now = timezone.now()
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class ThrottleCount(models.Model):
    """How many requests a client made in the current window; written by ``archive.core.counters``.

    ``started`` is in seconds since 1970. On SQLite the counts are in a file of their own instead.
    """

    scope = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    started = models.FloatField()
    n = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "key"], name="throttle_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}: {self.n}"


class SecurityEvent(models.Model):
    """Something that matters for safety; written by ``archive.accounts.security_log``.

    ``network`` and the names of unknown accounts are hashes. Rows are forgotten after 90 days.
    """

    event = models.CharField(max_length=30)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=60, blank=True)
    network = models.CharField(max_length=12, blank=True)
    path = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["event", "created_at"], name="security_event_by_kind"),
            models.Index(fields=["created_at"], name="security_event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.name}".strip()


class Invitation(models.Model):
    """What lets one person make an account where registration is by invitation.

    Only a hash of the code is kept; ``used_by`` is the account that was made with it.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(max_length=100, blank=True, help_text="whom it is for")
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_by = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.note or gettext("invitation {}").format(self.pk)
