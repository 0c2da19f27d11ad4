"""Names of models and fields in the admin, in the language of the page.

Models keep the names that Django gives them, so that no migration tells of words alone; here they
are marked for translation and put in place of Django's own once all models are known.
"""

from django.apps import apps
from django.db.models import Field
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

_APPS = {
    "accounts": gettext_lazy("Accounts"),
    "catalog": gettext_lazy("Catalogue"),
    "search": gettext_lazy("Search"),
}
MODELS = {
    "API key": (gettext_lazy("API key"), gettext_lazy("API keys")),
    "security event": (gettext_lazy("security event"), gettext_lazy("security events")),
    "invitation": (gettext_lazy("invitation"), gettext_lazy("invitations")),
    "user": (pgettext_lazy("names of models", "user"), gettext_lazy("users")),
    "chapter": (pgettext_lazy("names of models", "chapter"), gettext_lazy("chapters")),
    "action log": (gettext_lazy("action log"), gettext_lazy("action logs")),
    "creator": (gettext_lazy("creator"), gettext_lazy("creators")),
    "series": (
        pgettext_lazy("names of models", "series"),
        pgettext_lazy("names of models, several", "series"),
    ),
    "language": (gettext_lazy("language"), gettext_lazy("languages")),
    "report": (gettext_lazy("report"), gettext_lazy("reports")),
    "report reason": (gettext_lazy("report reason"), gettext_lazy("report reasons")),
    "watched word or link": (
        gettext_lazy("watched word or link"),
        gettext_lazy("watched words and links"),
    ),
    "pair of works that look alike": (
        gettext_lazy("pair of works that look alike"),
        gettext_lazy("pairs of works that look alike"),
    ),
    "rating": (gettext_lazy("rating"), gettext_lazy("ratings")),
    "content warning": (gettext_lazy("content warning"), gettext_lazy("content warnings")),
    "category": (gettext_lazy("category"), gettext_lazy("categories")),
    "fandom": (gettext_lazy("fandom"), gettext_lazy("fandoms")),
    "relationship": (gettext_lazy("relationship"), gettext_lazy("relationships")),
    "character": (gettext_lazy("character"), gettext_lazy("characters")),
    "freeform": (gettext_lazy("freeform"), gettext_lazy("freeforms")),
    "media": (gettext_lazy("media"), pgettext_lazy("names of models, several", "media")),
    "work": (gettext_lazy("work"), gettext_lazy("works")),
    "index event": (gettext_lazy("index event"), gettext_lazy("index events")),
}
FIELDS = (
    gettext_noop("actor name"),
    gettext_noop("aliases"),
    gettext_noop("assignee"),
    gettext_noop("attempts"),
    gettext_noop("closed at"),
    gettext_noop("code"),
    gettext_noop("continues in"),
    gettext_noop("created at"),
    gettext_noop("created by"),
    gettext_noop("decided at"),
    gettext_noop("decided by"),
    gettext_noop("detail"),
    gettext_noop("direction"),
    gettext_noop("e-mail address"),
    gettext_noop("email"),
    gettext_noop("event"),
    gettext_noop("expected chapters"),
    gettext_noop("expires at"),
    gettext_noop("found at"),
    gettext_noop("help"),
    gettext_noop("hidden reason"),
    gettext_noop("is active"),
    gettext_noop("is anonymous"),
    gettext_noop("is by watch"),
    gettext_noop("is canonical"),
    gettext_noop("is complete"),
    gettext_noop("is offered"),
    gettext_noop("is parked"),
    gettext_noop("is restricted"),
    gettext_noop("is withdrawal"),
    gettext_noop("kind"),
    gettext_noop("label"),
    gettext_noop("last error"),
    gettext_noop("last used at"),
    gettext_noop("made by"),
    gettext_noop("modified at"),
    gettext_noop("name"),
    gettext_noop("native name"),
    gettext_noop("network"),
    gettext_noop("not before"),
    gettext_noop("note"),
    gettext_noop("notes source"),
    gettext_noop("object id"),
    gettext_noop("object kind"),
    gettext_noop("outcome"),
    gettext_noop("path"),
    gettext_noop("position"),
    gettext_noop("prefix"),
    gettext_noop("profile source"),
    gettext_noop("progress"),
    gettext_noop("published at"),
    gettext_noop("published on"),
    gettext_noop("reason"),
    gettext_noop("reporter"),
    gettext_noop("revoked at"),
    gettext_noop("scopes"),
    gettext_noop("source url"),
    gettext_noop("state"),
    gettext_noop("status"),
    gettext_noop("stemmer"),
    gettext_noop("summary source"),
    gettext_noop("target kind"),
    gettext_noop("updated at"),
    gettext_noop("used at"),
    gettext_noop("used by"),
    gettext_noop("user"),
    gettext_noop("user name"),
    gettext_noop("verb"),
    gettext_noop("version"),
    gettext_noop("word count"),
    gettext_noop("works count"),
)
"""Names of fields that the admin shows; those of Django's own models are in its catalogues."""


HELP = (
    gettext_noop("a code of ReportReason"),
    gettext_noop("date of the newest posted chapter"),
    gettext_noop("filed by the watch list"),
    gettext_noop("for signed-in people only"),
    gettext_noop("in English"),
    gettext_noop("names are kept secret"),
    gettext_noop("other codes and names that mean it"),
    gettext_noop("posted chapters"),
    gettext_noop("shown beside it in the form"),
    gettext_noop("Snowball algorithm, if any"),
    gettext_noop("tag events: the last work that was handed on"),
    gettext_noop("title of the next part that an import announced"),
    gettext_noop("whether people may choose it"),
    gettext_noop("whom it is for"),
    gettext_noop("why it is watched for"),
    gettext_noop("words in a row, or a host with or without a path"),
)
OF_DJANGO = (
    # Newer than the German catalogue that comes with it.
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Disabled"),
    gettext_noop("Enabled"),
    gettext_noop("Password-based authentication"),
    gettext_noop("Enable password-based authentication"),
    gettext_noop("Enable password-based authentication for this user by setting a password."),
    gettext_noop("Disable password-based authentication"),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they "
        "may still be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
)
CHOICES = (
    gettext_noop("Chapter"),
    gettext_noop("Creator"),
    gettext_noop("Dealt with"),
    gettext_noop("Dismissed"),
    gettext_noop("Draft"),
    gettext_noop("In progress"),
    gettext_noop("Link"),
    gettext_noop("Nothing to be done"),
    gettext_noop("Posted"),
    gettext_noop("Resolved"),
    gettext_noop("Tag"),
    gettext_noop("To be looked at"),
    gettext_noop("Words"),
    gettext_noop("Work"),
    gettext_noop("left to right"),
    gettext_noop("right to left"),
)


def name_in_language_of_page() -> None:
    """Let models, fields and applications be called by words that are translated."""
    for application, words in _APPS.items():
        config = apps.get_app_config(application)
        config.verbose_name = words
        for model in config.get_models():
            meta = model._meta
            if isinstance(meta.verbose_name, str) and meta.verbose_name in MODELS:
                meta.verbose_name, meta.verbose_name_plural = MODELS[meta.verbose_name]
            for field in meta.get_fields():
                if isinstance(field, Field):
                    _translate(field)


def _translate(field: Field) -> None:
    """Words that are no plain text are translated already: another model has the same field."""
    if isinstance(field.verbose_name, str):
        field.verbose_name = gettext_lazy(field.verbose_name)
    if isinstance(field.help_text, str) and field.help_text:
        field.help_text = gettext_lazy(field.help_text)
    if field.choices:
        field.choices = [(value, _choice(label)) for value, label in field.flatchoices]


def _choice(label: object) -> object:
    if not isinstance(label, str):
        return label
    return _OPEN if label == "Open" else gettext_lazy(label)


_OPEN = pgettext_lazy("state of a report", "Open")
"""Another word than the open typeface of the reading settings."""
