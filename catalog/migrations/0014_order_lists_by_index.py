"""Lists end ties by rising ids: with the other direction the index helped neither home nor feeds."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the two indexes anew."""

    dependencies: ClassVar = [("catalog", "0013_find_synonyms_by_index_alone")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="work", name="work_updated"),
        migrations.RemoveIndex(model_name="work", name="work_published"),
        migrations.AddIndex(
            model_name="work",
            index=models.Index(fields=["-updated_at", "id"], name="work_updated"),
        ),
        migrations.AddIndex(
            model_name="work",
            index=models.Index(fields=["-published_at", "id"], name="work_published"),
        ),
    ]
