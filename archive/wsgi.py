"""The WSGI application that gunicorn serves."""

import gc
import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.prod")

application = get_wsgi_application()

# The checks read the settings, which are complete only now.
from archive.checks import refuse_unsafe_production  # noqa: E402
from archive.settings.env import unknown_settings  # noqa: E402

refuse_unsafe_production()
for sentence in unknown_settings():
    logging.getLogger("archive.settings").warning(sentence)

# Everything that answers is imported now: two first requests at once would import it in two threads,
# and where such imports wait for each other Python hands out modules that are half made.
from catalog.finder import get_finder  # noqa: E402
from search.backends.base import get_backend  # noqa: E402

get_finder()
get_backend()
engines.all()
_ = get_resolver().url_patterns

# What is there by now stays. Walked over in every full collection of garbage, these 180,000 objects
# would hold up one page in eighty for 70 ms; and a page makes more objects than Python's threshold
# of 700, all of which go with it.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 10)

if settings.INDEXER == "inline":
    # Its modules need the models, which are there only now.
    from search.indexer import start_indexer_thread

    start_indexer_thread()
