"""The addresses of the dashboards, below their project."""

from django.urls import path, register_converter

from . import deviation_views, picture_views, views

register_converter(picture_views.FormatConverter, "picture")

urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("kpis/<int:number>/", views.IndicatorPage.as_view(), name="indicator"),
    path("kpis/<int:number>/targets/", views.TargetsPage.as_view(), name="targets"),
    path(
        "kpis/<int:number>/deviations/<str:code>/",
        deviation_views.DeviationPage.as_view(),
        name="deviation",
    ),
    path("deviations/", deviation_views.DeviationsPage.as_view(), name="deviations"),
    path("partners/<str:code>/", views.PartnerPage.as_view(), name="partner"),
    path("timeline/", views.TimelinePage.as_view(), name="timeline"),
    path("timeline/<int:pk>/", views.DeadlineStatus.as_view(), name="deadline-status"),
    path(
        "charts/overview.<picture:form>",
        picture_views.OverviewFile.as_view(),
        name="overview-picture",
    ),
    path(
        "charts/kpi-<int:number>.<picture:form>",
        picture_views.MonthsFile.as_view(),
        name="indicator-picture",
    ),
    path(
        "charts/kpi-<int:number>-partners.<picture:form>",
        picture_views.PartnersFile.as_view(),
        name="partners-picture",
    ),
    path(
        "charts/timeline.<picture:form>",
        picture_views.TimelineFile.as_view(),
        name="timeline-picture",
    ),
]
