"""Reads pages as a browser does: their forms with every value, their tables, their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.test.client import ClientHandler

from partners.models import Membership, Project, User

Fields = dict[str, list[str]]


@dataclass
class Form:
    """A form that posts: where to, and what it would send untouched."""

    action: str
    fields: Fields = field(default_factory=dict)


@dataclass
class Link:
    """A link with the texts around it: its own, and the cell's in which it stands."""

    url: str
    text: str = ""


class Page(HTMLParser):
    """The parts of a page that tests ask for; what stands in a template element is not shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[Link] = []
        self.rows: list[list[str]] = []
        self.ids: set[str] = set()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.values: dict[str, str] = {}  # of the buttons that have one, by their names
        self.text = ""
        self._hidden = 0
        self._link: Link | None = None
        self._name = ""
        self._several = False
        self._in_text_area = False
        self._form: Form | None = None
        self._cell = False
        self.feed(html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.append((tag, said))
        self._hidden += tag == "template"
        if self._hidden:
            return
        if said.get("id"):
            self.ids.add(said["id"] or "")
        if tag == "form" and said.get("method") == "post":
            self._form = Form(said.get("action") or "")
            self.forms.append(self._form)
        elif tag == "a":
            self._link = Link(said.get("href") or "")
            self.links.append(self._link)
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._cell = True
        if self._form is not None:
            self._field(tag, said)
        if tag == "button" and said.get("name"):
            self.values[said["name"] or ""] = said.get("value") or ""

    def _field(self, tag: str, said: dict[str, str | None]) -> None:
        name = said.get("name") or ""
        if tag == "input" and name and said.get("type") not in ("submit", "file"):
            if said.get("type") not in ("checkbox", "radio"):
                self._send(name, said.get("value") or "")
            elif "checked" in said:
                self._send(name, said.get("value") or "on")
        elif tag in ("select", "textarea"):
            self._name, self._several = name, "multiple" in said
            self._in_text_area = tag == "textarea"
            if tag == "textarea":
                self._send(name, "")
        elif tag == "option" and self._name:
            self._option(said)

    def _option(self, said: dict[str, str | None]) -> None:
        """A list with one choice sends the first option until another one is selected."""
        assert self._form is not None
        if "selected" in said and not self._several:
            self._form.fields[self._name] = [said.get("value") or ""]
        elif "selected" in said or not (self._several or self._name in self._form.fields):
            self._send(self._name, said.get("value") or "")

    def _send(self, name: str, value: str) -> None:
        assert self._form is not None
        self._form.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag == "template"
        if tag == "form":
            self._form = None
        elif tag in ("select", "textarea"):
            self._name = ""
            self._in_text_area = False
        elif tag == "a":
            self._link = None
        elif tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.text += data
        if self._link:
            self._link.text += data
        if self._cell:
            self.rows[-1][-1] += " " + data.strip()
        if self._in_text_area and self._form is not None and self._name in self._form.fields:
            value = self._form.fields[self._name]
            # A browser leaves out the line break that stands first in a text area.
            value[-1] += data if value[-1] else data.removeprefix("\n")


def page(response: Any) -> Page:
    return Page(response.content.decode())


def form_of(response: Any) -> Fields:
    """What the page's own form would send untouched: that with the most fields."""
    shell = ("sign-out/", "theme/")
    forms = [f for f in page(response).forms if not f.action.endswith(shell)]
    return max(forms, key=lambda form: len(form.fields)).fields


def filled(response: Any, **values: Any) -> Fields:
    """The page's form with other values; a ``__`` in a name stands for a dash."""
    return changed(form_of(response), **values)


def changed(fields: Fields, **values: Any) -> Fields:
    """The fields of a form with other values, named as in ``filled``."""
    fields = dict(fields)
    for name, value in values.items():
        fields[name.replace("__", "-")] = value if isinstance(value, list) else [value]
    return fields


_HANDLER = ClientHandler(enforce_csrf_checks=False)


def quick(client: Client) -> Client:
    """The client with a handler that all share: a new one looks through all static files first."""
    client.handler = _HANDLER
    return client


def member(project: Project, role: str = "admin", partner: str = "") -> Client:
    """A client in which a new member of the project is signed in."""
    user = User.objects.create_user(f"{role}-{partner}-of-{project.pk}")
    found = project.partners.get(code=partner) if partner else None
    Membership.objects.create(project=project, user=user, role=role, partner=found)
    client = quick(Client())
    client.force_login(user)
    return client
