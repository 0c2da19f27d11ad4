"""Settings of the log: one line an event, to standard error."""

from typing import Any


def logging_config(level: str) -> dict[str, Any]:
    """The dictConfig for one level; story texts and secrets are never logged."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
            "django.request": {"level": "ERROR"},
        },
    }
