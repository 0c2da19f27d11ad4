"""Rows of creators, series and tags say which sanitiser wrote them."""

from django.db import migrations, models

import catalog.models.sanitised


class Migration(migrations.Migration):
    """Nothing changes in the tables: the default is Django's."""

    dependencies = [("catalog", "0011_reading_places")]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="sanitiser_version",
            field=models.PositiveSmallIntegerField(
                default=catalog.models.sanitised.version_of_today
            ),
        )
        for name in ("creator", "series", "tag")
    ]
