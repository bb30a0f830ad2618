"""The addresses of every record type and of the files of evidence, below their project."""

from django.urls import URLPattern, path

from .file_views import FileAdd, FileDelete, FileDownload
from .records import RecordType, record_types
from .views import views_of


def patterns_of(record: RecordType) -> list[URLPattern]:
    views = views_of(record.key)
    base, key = record.path, record.key
    return [
        path(f"{base}/", views["list"], name=f"{key}-list"),
        path(f"{base}/new/", views["add"], name=f"{key}-add"),
        path(f"{base}/new/<slug:type_slug>/", views["add"], name=f"{key}-add-type"),
        path(f"{base}/<int:pk>/", views["detail"], name=key),
        path(f"{base}/<int:pk>/edit/", views["edit"], name=f"{key}-edit"),
        path(f"{base}/<int:pk>/delete/", views["delete"], name=f"{key}-delete"),
        path(f"{base}/<int:pk>/exclude/", views["exclude"], name=f"{key}-exclude"),
    ]


urlpatterns = [
    *(pattern for record in record_types() for pattern in patterns_of(record)),
    # Files hang on the action, whatever its record type.
    path("actions/<int:pk>/files/", FileAdd.as_view(), name="file-add"),
    path("files/<int:pk>/", FileDownload.as_view(), name="file"),
    path("files/<int:pk>/delete/", FileDelete.as_view(), name="file-delete"),
]
