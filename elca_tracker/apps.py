"""Gives Django's admin the project's own site, which knows who administers which project."""

from django.contrib.admin.apps import AdminConfig


class TrackerAdminConfig(AdminConfig):
    default_site = "partners.adminsite.TrackerAdminSite"
