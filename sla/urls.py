"""Addresses of the managers' pages, under the desk's."""

from django.urls import path

from sla import compliance_page, lists, proof_pages, views, why_pages

urlpatterns = [
    *(path(f"{each.name}/", views.page, {"shown": each}, each.name) for each in lists.ALL),
    *(
        path(f"{each.name}.csv", views.file, {"shown": each}, f"{each.name}_csv")
        for each in lists.ALL
    ),
    path("compliance/", compliance_page.compliance, name="compliance"),
    path("compliance.csv", compliance_page.compliance_csv, name="compliance_csv"),
    path("differences/", proof_pages.differences, name="differences"),
    path("soon/", views.soon, name="soon"),
    path("tickets/<int:pk>/why/", why_pages.why, name="why"),
    path("what-if/", why_pages.what_if, name="what_if"),
]
