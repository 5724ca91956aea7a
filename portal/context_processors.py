"""What the frame of every page needs beside the brand: the colors somebody chose."""

from portal.views import THEMES


def frame(request):
    chosen = request.COOKIES.get("theme", "auto")
    return {"theme": chosen if chosen in THEMES else "auto"}
