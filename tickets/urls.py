"""Addresses of customers' pages (a request on its way, tickets), and of long work."""

from django.urls import path

from tickets import (
    confirming,
    copying,
    duplicates,
    job_page,
    keeping,
    my_tickets,
    replying,
    submitting,
    views,
    withdrawn,
)

urlpatterns = [
    path("new/", submitting.new, name="new"),
    path("new/<slug:key>/", submitting.new_type, name="new_type"),
    path("drafts/", keeping.drafts, name="drafts"),
    path("drafts/<uuid:pk>/removal/", keeping.removal, name="draft_removal"),
    path("drafts/<uuid:pk>/", submitting.work_on, name="draft"),
    path("drafts/<uuid:pk>/about/", submitting.about, name="draft_about"),
    path("drafts/<uuid:pk>/phone/", submitting.phone, name="draft_phone"),
    path("drafts/<uuid:pk>/duplicates/", duplicates.duplicates, name="draft_duplicates"),
    path("drafts/<uuid:pk>/type/", withdrawn.choose_type, name="draft_type"),
    path("drafts/<uuid:pk>/waiting/", confirming.waiting, name="draft_waiting"),
    path("confirmations/<uuid:pk>/<str:token>/", confirming.confirmation, name="confirmation"),
    path("tickets/", my_tickets.my_tickets, name="tickets"),
    path("tickets/<int:pk>/", views.ticket, name="ticket"),
    path("tickets/<int:pk>/replies/", replying.reply, name="ticket_replies"),
    path("tickets/<int:pk>/closure/", views.closure, name="ticket_closure"),
    path("tickets/<int:pk>/reopening/", views.reopening, name="ticket_reopening"),
    path("tickets/<int:pk>/follow-ups/", replying.follow_up, name="ticket_follow_ups"),
    path("tickets/<int:pk>/following/", copying.follow, name="ticket_following"),
    path("tickets/<int:pk>/copies/", copying.propose, name="ticket_copies"),
    path("tickets/<int:pk>/copies/removal/", copying.remove, name="ticket_copy_removal"),
    path("copies/<str:token>/", copying.agree, name="copy"),
    path("admin/jobs/<int:pk>/", job_page.job, name="job"),
    path("files/<uuid:pk>/", views.file, name="file"),
]
