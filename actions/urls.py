"""The addresses of every record type and of the files of evidence, below their project."""

from django.urls import URLPattern, path

from .back_views import ActionBack
from .bulk_views import BulkChange
from .credit_views import CreditPage
from .erasing_views import FileErase, FilesToErase
from .file_views import FileAdd, FileDelete, FileDownload, FileEdit
from .form_views import ActionAdd, ActionEdit
from .quick_views import ActionQuick, ReadDates
from .records import RecordType, record_types
from .review_views import (
    ReviewAccept,
    ReviewComment,
    ReviewQueue,
    ReviewReturn,
    ReviewSubmit,
    ReviewWithdraw,
)
from .views import ActionDelete, ActionDetail, ActionExclude, RecordList


def patterns_of(record: RecordType) -> list[URLPattern]:
    base, key = record.path, record.key
    add, known = ActionAdd.as_view(record=record), f"{base}/<int:pk>/"
    return [
        path(f"{base}/", RecordList.as_view(record=record), name=f"{key}-list"),
        path(f"{base}/new/", add, name=f"{key}-add"),
        path(f"{base}/new/<slug:type_slug>/", add, name=f"{key}-add-type"),
        path(known, ActionDetail.as_view(record=record), name=key),
        path(f"{known}edit/", ActionEdit.as_view(record=record), name=f"{key}-edit"),
        path(f"{known}quick/", ActionQuick.as_view(record=record), name=f"{key}-quick"),
        path(f"{known}delete/", ActionDelete.as_view(record=record), name=f"{key}-delete"),
        path(f"{known}back/<int:change>/", ActionBack.as_view(record=record), name=f"{key}-back"),
        path(f"{known}exclude/", ActionExclude.as_view(record=record), name=f"{key}-exclude"),
    ]


urlpatterns = [
    path("actions/dates/", ReadDates.as_view(), name="read-dates"),
    path("actions/change/", BulkChange.as_view(), name="bulk-change"),
    *(pattern for record in record_types() for pattern in patterns_of(record)),
    path("actions/<int:pk>/credit/", CreditPage.as_view(), name="credit"),
    # Files hang on the action, whatever its record type.
    path("actions/<int:pk>/files/", FileAdd.as_view(), name="file-add"),
    path("files/<int:pk>/", FileDownload.as_view(), name="file"),
    path("files/<int:pk>/edit/", FileEdit.as_view(), name="file-edit"),
    path("files/<int:pk>/erase/", FileErase.as_view(), name="file-erase"),
    path("evidence/", FilesToErase.as_view(), name="files-to-erase"),
    path("files/<int:pk>/delete/", FileDelete.as_view(), name="file-delete"),
    # The review asks about the action, or about the change that is proposed to it.
    path("review/", ReviewQueue.as_view(), name="review"),
    path("actions/<int:pk>/submit/", ReviewSubmit.as_view(), name="review-submit"),
    path("actions/<int:pk>/accept/", ReviewAccept.as_view(), name="review-accept"),
    path("actions/<int:pk>/return/", ReviewReturn.as_view(), name="review-return"),
    path("actions/<int:pk>/comment/", ReviewComment.as_view(), name="review-comment"),
    path("actions/<int:pk>/withdraw/", ReviewWithdraw.as_view(), name="review-withdraw"),
]
