"""The addresses of organisations, below their project."""

from django.urls import path

from . import views

urlpatterns = [
    path("organisations/", views.OrganisationList.as_view(), name="organisation-list"),
    path("organisations/new/", views.OrganisationAdd.as_view(), name="organisation-add"),
    path(
        "organisations/suggest/", views.OrganisationSuggest.as_view(), name="organisation-suggest"
    ),
    path("organisations/<int:pk>/", views.OrganisationDetail.as_view(), name="organisation"),
    path(
        "organisations/<int:pk>/edit/", views.OrganisationEdit.as_view(), name="organisation-edit"
    ),
    path(
        "organisations/<int:pk>/delete/",
        views.OrganisationDelete.as_view(),
        name="organisation-delete",
    ),
    path(
        "organisations/<int:pk>/merge/",
        views.OrganisationMerge.as_view(),
        name="organisation-merge",
    ),
]
