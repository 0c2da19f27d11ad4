"""An index that answers which tags are synonyms of a tag without reading the tags."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies: ClassVar = [("catalog", "0012_sanitiser_version_of_today")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="tag",
            index=models.Index(
                condition=models.Q(("synonym_of__isnull", False)),
                fields=["synonym_of", "id"],
                name="tag_synonyms",
            ),
        ),
    ]
