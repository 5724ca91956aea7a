"""Addresses of the managers' pages, under the desk's."""

from django.urls import path

from sla import (
    compliance_page,
    export_pages,
    handling_pages,
    lists,
    proof_pages,
    reasons_page,
    subscription_pages,
    views,
    why_pages,
)

urlpatterns = [
    *(path(f"{each.name}/", views.page, {"shown": each}, each.name) for each in lists.ALL),
    *(
        path(f"{each.name}.csv", views.file, {"shown": each}, f"{each.name}_csv")
        for each in lists.ALL
    ),
    path("compliance/", compliance_page.compliance, name="compliance"),
    path("compliance.csv", compliance_page.compliance_csv, name="compliance_csv"),
    path("assignments/", handling_pages.assignments, name="assignments"),
    path("notes/", handling_pages.notes, name="notes"),
    path("acknowledgements/", handling_pages.acknowledgements, name="acknowledgements"),
    path("differences/", proof_pages.differences, name="differences"),
    path("exports/<int:pk>/", export_pages.file, name="export_file"),
    path("exports/<slug:name>/", export_pages.begin, name="export"),
    path("reasons/", reasons_page.page, name="reasons"),
    path("soon/", views.soon, name="soon"),
    path("subscriptions/", subscription_pages.subscriptions, name="subscriptions"),
    path("subscriptions/<int:pk>/", subscription_pages.change, name="subscription"),
    path("subscriptions/<int:pk>/start/", subscription_pages.start, name="subscription_start"),
    path("subscriptions/<int:pk>/stop/", subscription_pages.stop, name="subscription_stop"),
    path("tickets/<int:pk>/why/", why_pages.why, name="why"),
    path("what-if/", why_pages.what_if, name="what_if"),
]
