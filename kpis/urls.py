"""The addresses of the dashboards, below their project."""

from django.urls import path, register_converter

from . import (
    amendment_views,
    check_views,
    deviation_views,
    figure_views,
    indicator_views,
    picture_views,
    reach_views,
    views,
    wall_views,
)

register_converter(picture_views.FormatConverter, "picture")
register_converter(picture_views.ChartFormatConverter, "chart")

urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("wall/", wall_views.Wall.as_view(), name="wall"),
    path("kpis/<int:number>/", indicator_views.IndicatorPage.as_view(), name="indicator"),
    path("kpis/<int:number>/targets/", indicator_views.TargetsPage.as_view(), name="targets"),
    path(
        "kpis/<int:number>/deviations/<str:code>/",
        deviation_views.DeviationPage.as_view(),
        name="deviation",
    ),
    path("figure/", figure_views.LeadFigurePage.as_view(), name="lead-figure"),
    path("amendments/", amendment_views.AmendmentsPage.as_view(), name="amendments"),
    path("amendments/new/", amendment_views.AmendmentAdd.as_view(), name="amendment-add"),
    path(
        "amendments/<int:pk>/delete/",
        amendment_views.AmendmentTakeBack.as_view(),
        name="amendment-delete",
    ),
    path("deviations/", deviation_views.DeviationsPage.as_view(), name="deviations"),
    path("checks/", check_views.Checks.as_view(), name="checks"),
    path(
        "checks/<slug:kind>/<str:key>/", check_views.CheckAnswerPage.as_view(), name="check-answer"
    ),
    path("partners/<str:code>/", views.PartnerPage.as_view(), name="partner"),
    path("timeline/", views.TimelinePage.as_view(), name="timeline"),
    path("timeline/<int:pk>/", views.DeadlineStatus.as_view(), name="deadline-status"),
    path(
        "charts/overview.<chart:form>",
        picture_views.OverviewFile.as_view(),
        name="overview-picture",
    ),
    path(
        "charts/kpi-<int:number>.<chart:form>",
        picture_views.MonthsFile.as_view(),
        name="indicator-picture",
    ),
    path(
        "charts/kpi-<int:number>-partners.<chart:form>",
        picture_views.PartnersFile.as_view(),
        name="partners-picture",
    ),
    path(
        "charts/kpi-<int:number>-target.<chart:form>",
        picture_views.BulletFile.as_view(),
        name="bullet-picture",
    ),
    path(
        "charts/partners.<chart:form>",
        picture_views.HeatFile.as_view(),
        name="heat-picture",
    ),
    path(
        "charts/timeline.<picture:form>",
        picture_views.TimelineFile.as_view(),
        name="timeline-picture",
    ),
    path("charts/timeline.csv", reach_views.TimelineTable.as_view(), name="timeline-table"),
    path("reach/", reach_views.ReachPage.as_view(), name="reach"),
    path(
        "charts/countries.<picture:form>", reach_views.MapFile.as_view(), name="countries-picture"
    ),
    path("charts/countries.csv", reach_views.MapTable.as_view(), name="countries-table"),
    path(
        "charts/network.<picture:form>", reach_views.NetworkFile.as_view(), name="network-picture"
    ),
    path("charts/network.csv", reach_views.NetworkTable.as_view(), name="network-table"),
]
