"""Addresses of the managers' pages, under the desk's."""

from django.urls import path

from sla import views

urlpatterns = [
    path("breached/", views.breached, name="breached"),
]
