"""The addresses of imports and reports, below their project."""

from django.urls import path

from . import (
    blank_views,
    document_views,
    export_views,
    funder_views,
    import_views,
    sealed_views,
    template_views,
)

urlpatterns = [
    path("report/", export_views.ReportPage.as_view(), name="report"),
    path("report/evidence/", export_views.ReportEvidence.as_view(), name="report-evidence"),
    path("report/file/", export_views.ReportFile.as_view(), name="report-file"),
    path("report/exports/<int:pk>/", export_views.ExportDetail.as_view(), name="export-detail"),
    path(
        "report/exports/<int:pk>/progress/",
        export_views.ExportProgress.as_view(),
        name="export-progress",
    ),
    path("report/exports/<int:pk>/file/", export_views.ExportFile.as_view(), name="export-file"),
    path("report/seal/", sealed_views.Seal.as_view(), name="seal"),
    path("sealed/", sealed_views.SealedList.as_view(), name="sealed-list"),
    path("sealed/<int:number>/", sealed_views.SealedDetail.as_view(), name="sealed"),
    path(
        "sealed/<int:number>/content/", sealed_views.SealedContent.as_view(), name="sealed-content"
    ),
    path(
        "sealed/<int:number>/kpis/<int:indicator>/",
        sealed_views.SealedIndicator.as_view(),
        name="sealed-indicator",
    ),
    path(
        "sealed/<int:number>/tables/<int:table>/",
        sealed_views.SealedTable.as_view(),
        name="sealed-table",
    ),
    path(
        "sealed/<int:number>/report/<slug:form>/",
        sealed_views.SealedForm.as_view(),
        name="sealed-form",
    ),
    path(
        "sealed/<int:number>/differences/",
        sealed_views.SealedDifferences.as_view(),
        name="sealed-differences",
    ),
    path(
        "sealed/<int:number>/differences/file/",
        sealed_views.DifferencesFile.as_view(),
        name="sealed-differences-file",
    ),
    path(
        "sealed/<int:number>/files/<int:pk>/",
        sealed_views.SealedFileDownload.as_view(),
        name="sealed-file",
    ),
    path("report/funder/", funder_views.FunderPage.as_view(), name="funder"),
    path("emblem/", funder_views.EmblemImage.as_view(), name="emblem"),
    path("report/title-page/", template_views.TitlePage.as_view(), name="report-title-page"),
    path("report/templates/", template_views.TemplateList.as_view(), name="report-templates"),
    path(
        "report/templates/<slug:kind>/",
        template_views.TemplateDetail.as_view(),
        name="report-template",
    ),
    path(
        "report/templates/<slug:kind>/file/",
        template_views.TemplateFile.as_view(),
        name="report-template-file",
    ),
    path(
        "report/templates/<slug:kind>/built-in/",
        template_views.TemplateReset.as_view(),
        name="report-template-reset",
    ),
    path(
        "agreements/<int:pk>/document/",
        document_views.AgreementDocument.as_view(),
        name="agreement-document",
    ),
    path("lists/<slug:key>/", export_views.ListExport.as_view(), name="list-export"),
    path(
        "organisations/export/",
        export_views.OrganisationExport.as_view(),
        name="organisation-export",
    ),
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
