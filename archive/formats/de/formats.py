"""How German pages write dates: the day first, the month by its name, so that nobody has to guess."""

DATE_FORMAT = "j. M Y"
DATETIME_FORMAT = "j. M Y, H:i"
MONTH_DAY_FORMAT = "j. M"
