"""Where higher floors add to the page of an action, which may not know them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from .models import Action

Panel = Callable[[Action, HttpRequest], SafeString]

_panels: list[Panel] = []


def register_panel(panel: Panel) -> None:
    """Add a part to the page of every action; an app does so once, when Django is ready."""
    _panels.append(panel)


def panels_of(action: Action, request: HttpRequest) -> list[SafeString]:
    return [panel(action, request) for panel in _panels]
