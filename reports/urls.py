"""The addresses of imports and reports, below their project."""

from django.urls import path

from . import blank_views, import_views, views

urlpatterns = [
    path("report/", views.ReportPage.as_view(), name="report"),
    path("report/workbook/", views.ReportWorkbook.as_view(), name="report-workbook"),
    path("lists/<slug:key>/", views.ListExport.as_view(), name="list-export"),
    path("organisations/export/", views.OrganisationExport.as_view(), name="organisation-export"),
    path("import/", import_views.ImportList.as_view(), name="import"),
    path(
        "import/templates/<slug:slug>/",
        blank_views.ImportTemplate.as_view(),
        name="import-template",
    ),
    path("import/<int:pk>/", import_views.ImportDetail.as_view(), name="import-detail"),
    path("import/<int:pk>/mapping/", import_views.ImportMapping.as_view(), name="import-mapping"),
    path("import/<int:pk>/answers/", import_views.ImportAnswer.as_view(), name="import-answer"),
    path("import/<int:pk>/again/", import_views.ImportAgain.as_view(), name="import-again"),
    path("import/<int:pk>/apply/", import_views.ImportApply.as_view(), name="import-apply"),
    path("import/<int:pk>/undo/", import_views.ImportUndo.as_view(), name="import-undo"),
    path(
        "import/<int:pk>/progress/", import_views.ImportProgress.as_view(), name="import-progress"
    ),
    path("import/<int:pk>/file/", import_views.ImportFile.as_view(), name="import-file"),
    path("import/<int:pk>/marked/", import_views.ImportMarked.as_view(), name="import-marked"),
]
