"""The addresses of organisations and of the history, below their project."""

from django.urls import path

from . import history_views, saved_view_views, search_views, views

urlpatterns = [
    path("search/", search_views.SearchPage.as_view(), name="search"),
    path("views/", saved_view_views.SavedViewList.as_view(), name="view-list"),
    path("views/new/", saved_view_views.SavedViewAdd.as_view(), name="view-add"),
    path("views/<int:pk>/edit/", saved_view_views.SavedViewEdit.as_view(), name="view-edit"),
    path("views/<int:pk>/delete/", saved_view_views.SavedViewDelete.as_view(), name="view-delete"),
    path("history/", history_views.HistoryPage.as_view(), name="history"),
    path("history/<int:pk>/restore/", history_views.RestorePage.as_view(), name="restore"),
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
