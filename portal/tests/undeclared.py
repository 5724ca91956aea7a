"""The map of the site with pages of which nobody said who may open them."""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path, re_path

from portal.urls import urlpatterns as declared


def page(request, **arguments):
    return HttpResponse("in")


def of_a_model(request):
    return HttpResponse("in")


of_a_model.model_admin = next(iter(admin.site._registry.values()))  # type: ignore[attr-defined]

urlpatterns = [
    path("forgotten/", page, name="forgotten"),
    path("forgotten/nameless/<int:pk>/", page),
    re_path(r"^forgotten/(?P<year>[0-9]{4})/$", page, name="forgotten_year"),
    path("forgotten/export/", of_a_model, name="accounts_user_export"),
    *declared,
]
