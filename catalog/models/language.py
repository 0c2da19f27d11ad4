"""Languages of works."""

from typing import ClassVar

from django.db import models


class Language(models.Model):
    """A language a work may be in; codes (BCP 47) never change, labels may."""

    class Direction(models.TextChoices):
        """The direction of its writing."""

        LTR = "ltr", "left to right"
        RTL = "rtl", "right to left"

    code = models.CharField(max_length=35, primary_key=True)
    name = models.CharField(max_length=100, help_text="in English")
    native_name = models.CharField(max_length=100)
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.LTR)
    stemmer = models.CharField(max_length=30, blank=True, help_text="Snowball algorithm, if any")
    aliases = models.JSONField(default=list, help_text="other codes and names that mean it")

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(code=""), name="language_code_given"),
            models.CheckConstraint(
                condition=models.Q(direction__in=["ltr", "rtl"]), name="language_direction_known"
            ),
        ]

    def __str__(self) -> str:
        return self.native_name
