"""Settings of the REST API and its description."""

from typing import Any

from archive.settings.env import rate

RATES = {
    "anon": rate("ARCHIVE_RATE_ANON", "120/min"),
    "key": rate("ARCHIVE_RATE_KEY", "600/min"),
    "search_anon": rate("ARCHIVE_RATE_SEARCH_ANON", "60/min"),
    "write": rate("ARCHIVE_RATE_WRITE", "60/min"),
    "import": rate("ARCHIVE_RATE_IMPORT", "60/h"),
    "download": rate("ARCHIVE_RATE_DOWNLOAD", "30/min"),
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "archive.core.api.renderers.BrowsableRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "archive.core.api.renderers.FormatNegotiation",
    "DEFAULT_PARSER_CLASSES": ["archive.core.api.parsers.BoundedJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "archive.accounts.authentication.BearerKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "archive.core.api.schema.ArchiveAutoSchema",
    "EXCEPTION_HANDLER": "archive.core.api.errors.problem_handler",
    "DEFAULT_PAGINATION_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "DESCRIPTION": (
        "Reads and writes the catalogue of the archive: works, chapters, tags, series, creators. "
        "Errors are problem documents (RFC 9457) whose `code` is part of the contract."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SORT_OPERATIONS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PostingStatus": "catalog.models.Work.Status",
        "KindEnum": "catalog.models.Kind",
        "ReportTargetKind": "catalog.models.Report.Target",
        "TagStatus": "catalog.api.serializers.tags.STATUSES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "archive.core.api.schema_sharing.share_components",
    ],
    "CONTACT": {},
    "LICENSE": {"name": "AGPL-3.0-or-later"},
}
