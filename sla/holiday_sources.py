"""Stand-in."""


def from_country(country, subdivision, years):
    return {}


def from_ical(text, years):
    return {}
