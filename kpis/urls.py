"""The addresses of the dashboards, below their project."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("kpis/<int:number>/", views.IndicatorPage.as_view(), name="indicator"),
    path("kpis/<int:number>/targets/", views.TargetsPage.as_view(), name="targets"),
    path("partners/<str:code>/", views.PartnerPage.as_view(), name="partner"),
    path("timeline/", views.TimelinePage.as_view(), name="timeline"),
    path("timeline/<int:pk>/", views.DeadlineStatus.as_view(), name="deadline-status"),
]
