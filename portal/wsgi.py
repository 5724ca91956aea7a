"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()


def read_catalog():
    """Have the phone numbers in memory from the start: error pages ask no database for them."""
    from django.db import DatabaseError, connection

    from tickets.catalog import store

    try:
        store.current()
    except DatabaseError:
        pass  # /readyz tells of it, and the first request reads it again
    finally:
        connection.close()


read_catalog()
