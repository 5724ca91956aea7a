"""The composition root: settings, the map of the site, the timetable, and how it all runs."""
