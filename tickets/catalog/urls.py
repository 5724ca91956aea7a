"""Addresses of the catalog's own pages."""

from django.urls import path

from tickets.catalog import views

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("brand.css", views.brand_css, name="brand_css"),
    path("logo/<slug:sha256>/", views.logo, name="logo"),
]
