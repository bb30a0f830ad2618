"""Times have 24 hours, as in the other languages; “a.m.” would also end a sentence twice."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
