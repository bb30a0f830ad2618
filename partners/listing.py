"""Sorts and pages a list as the address asks, within fixed bounds."""

from typing import Any

import django_tables2 as tables
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from .sorting import Alphabetical

PAGE = 25


class NameColumn(tables.Column):
    """A column of names or titles, sorted as the reader looks them up; ``of`` is their field."""

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of = of

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        key = Alphabetical(self.of)
        return queryset.order_by(key.desc() if is_descending else key.asc(), "pk"), True


class KnownPaginator(Paginator):
    """A paginator that is told how many rows there are, where somebody has counted them."""

    def __init__(self, *args: Any, total: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if total is not None:
            self.count = total


def paged(request: HttpRequest, table: tables.Table, *, total: int | None = None) -> tables.Table:
    """Sort and page a table; a page that is not there gives the nearest one.

    The rows per page are fixed: django-tables2 would take any number from the address.
    """
    asked = request.GET.getlist(table.prefixed_order_by_field)
    known = [name for name in asked if name.removeprefix("-") in table.columns]
    if known:
        table.order_by = known
    bounds: dict[str, Any] = {"per_page": PAGE, "paginator_class": KnownPaginator, "total": total}
    try:
        table.paginate(page=request.GET.get(table.prefixed_page_field, 1), **bounds)
    except PageNotAnInteger:
        table.paginate(page=1, **bounds)
    except EmptyPage:
        table.paginate(page=table.paginator.num_pages, **bounds)
    return table
