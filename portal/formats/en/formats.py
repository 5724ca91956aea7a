"""Times in English: never without their zone, as everywhere on the desk."""

DATETIME_FORMAT = "D j M Y, g:i A T"
