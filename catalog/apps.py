"""The application "catalog"."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    """The domain."""

    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """An archive is ready for use once its tables are there."""
        # models are not loaded when this module is imported
        from catalog import labels, report_reasons, vocabulary
        from catalog.services import changes, scanning

        labels.name_in_language_of_page()
        changes.connect()
        scanning.connect()
        post_migrate.connect(
            vocabulary.load_vocabulary, sender=self, dispatch_uid="catalog.vocabulary"
        )
        post_migrate.connect(
            report_reasons.load_reasons, sender=self, dispatch_uid="catalog.report_reasons"
        )
