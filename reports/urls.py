"""The addresses of imports and reports, below their project."""

from django.urls import path

from . import views

urlpatterns = [
    path("report/", views.ReportPage.as_view(), name="report"),
    path("report/workbook/", views.ReportWorkbook.as_view(), name="report-workbook"),
    path("lists/<slug:key>/", views.ListExport.as_view(), name="list-export"),
    path("organisations/export/", views.OrganisationExport.as_view(), name="organisation-export"),
    path("import/", views.ImportList.as_view(), name="import"),
    path("import/<int:pk>/", views.ImportDetail.as_view(), name="import-detail"),
    path("import/<int:pk>/apply/", views.ImportApply.as_view(), name="import-apply"),
]
