"""All that a Word document can say, as plain data for the process that fills its template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partners.models import Project

LANGUAGE = "en-GB"


@dataclass
class Facts:
    """Values by name, blocks by name, the properties of the file, and its pictures.

    ``shape`` tells what each item of a loop holds, where there may be no item. ``silent`` are the
    blocks that are made in the document itself.
    """

    values: dict[str, Any]
    shape: dict[str, Any] = field(default_factory=dict)
    blocks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


def properties(title: str, *, subject: str, author: str) -> dict[str, str]:
    """What the file says of itself; blank words take the place of those of a template."""
    return {
        "title": title,
        "author": author,
        "last_modified_by": author,
        "subject": subject,
        "keywords": "",
        "comments": "",
        "language": LANGUAGE,
    }


def project_values(project: Project, blank: str = "") -> dict[str, str]:
    """What every template may say of the project; ``blank`` stands for what is not known."""
    return {
        "acronym": project.acronym,
        "title": project.title,
        "grant_agreement": project.grant_agreement or blank,
        "programme": project.programme or blank,
        "funding": project.funder_statement,
        "starts_on": f"{project.starts_on:%d.%m.%Y}",
        "ends_on": f"{project.ends_on:%d.%m.%Y}",
    }
