"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.prod")

application = get_wsgi_application()

# The checks read the settings, which are complete only now.
from archive.checks import refuse_unsafe_production  # noqa: E402

refuse_unsafe_production()

if settings.INDEXER == "inline":
    # Its modules need the models, which are there only now.
    from search.indexer import start_indexer_thread

    start_indexer_thread()
