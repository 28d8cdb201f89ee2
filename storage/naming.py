"""Naming: under which name an envelope rests, and what a name says that rests under it."""

import re
from typing import Final

from documents.document import DocumentId, SealedObject
from documents.role import Role
from storage.envelope.header import Binding

_ENVELOPE: Final = re.compile(
    r"documents/(?P<shard>[0-9a-f]{2})/(?P<document>(?P=shard)[0-9a-f]{30})/"
    r"(?P<role>[a-z]+)-(?P<part>\d{1,10})-(?P<revision>\d{1,10})"
)
_ROLES: Final = {role.slug: role for role in Role}


def binding_of(document: DocumentId, sealed: SealedObject) -> Binding:
    """Return what a stored envelope ought to be bound to."""
    return Binding(document=document, role=sealed.role, part=sealed.part, revision=sealed.revision)


def name_of(document: DocumentId, sealed: SealedObject) -> str:
    """Return the name under which an envelope of a document rests."""
    return name_of_binding(binding_of(document, sealed))


def document_of(name: str) -> DocumentId:
    """Return whose envelope bears a name.

    Raises:
        ValueError: No envelope's name is like this.
    """
    return binding_of_name(name).document


def binding_of_name(name: str) -> Binding:
    """Return what an envelope of this name is bound to.

    Raises:
        ValueError: No envelope's name is like this.
    """
    found = _ENVELOPE.fullmatch(name)
    role = _ROLES.get(found["role"]) if found else None
    if found is None or role is None:
        message = "not the name of an envelope"
        raise ValueError(message)
    return Binding(
        document=DocumentId(found["document"]), role=role, part=int(found["part"]), revision=int(found["revision"])
    )


def name_of_binding(binding: Binding) -> str:
    """Return the name of an envelope: it says nothing about patient, type or date."""
    return f"{_shard_of(binding.document)}{binding}"


def folder_of(document: DocumentId) -> str:
    """Return what the names of all of a document's envelopes begin with."""
    return f"{_shard_of(document)}{document}/"


def _shard_of(document: DocumentId) -> str:
    return f"documents/{document[:2]}/"
