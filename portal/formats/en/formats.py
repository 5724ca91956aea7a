"""Dates and times in English: as elsewhere on the desk, never without their zone."""

DATETIME_FORMAT = "D j M Y, g:i A T"
