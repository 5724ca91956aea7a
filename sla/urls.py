"""Addresses of the managers' pages, under the desk's."""

from django.urls import path

from sla import export_pages, proof_pages, views, why_pages

urlpatterns = [
    path("breached/", views.breached, name="breached"),
    path("breached.csv", views.breached_csv, name="breached_csv"),
    path("differences/", proof_pages.differences, name="differences"),
    path("due/", views.due, name="due"),
    path("due.csv", views.due_csv, name="due_csv"),
    path("exports/<int:pk>/", export_pages.file, name="export_file"),
    path("exports/<slug:name>/", export_pages.begin, name="export"),
    path("tickets/<int:pk>/why/", why_pages.why, name="why"),
    path("what-if/", why_pages.what_if, name="what_if"),
]
