"""The map of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import views
from portal.components import components
from sla.subscription_pages import stop_by_mail as report_stop

urlpatterns = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("tickets.catalog.urls")),
    path("", include("tickets.urls")),
    path("reports/stop/<str:token>/", report_stop, name="report_stop"),
    path("admin/sla/", include("sla.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.errors.bad_request"
handler500 = "portal.errors.server_error"

if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("dev/components/", components, name="components"))
