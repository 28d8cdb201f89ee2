"""Writing a batch: each specimen as a file, its truth as JSON beside it."""

import json
from collections.abc import Iterable
from pathlib import Path

from specimens.people import Establishment, Practitioner
from specimens.specimen import Specimen


def truth_of(specimen: Specimen) -> dict[str, object]:
    """Return the truth about a specimen as plain values, ready for JSON."""
    truth, traits = specimen.truth, specimen.truth.traits
    return {
        "name": specimen.name,
        "kind": specimen.kind.value,
        "media_type": specimen.media_type,
        "form": specimen.form.value,
        "making": specimen.form.making.value,
        "degradation": specimen.degradation,
        "turned": specimen.turned,
        "scanned_pages": sorted(specimen.scanned),
        "type_code": truth.type_code,
        "theme": truth.theme.value,
        "act_date": truth.act_date.isoformat(),
        "written_on": truth.written_on.isoformat(),
        "patient": {
            "matricule": truth.ins.number,
            "oid": truth.ins.oid,
            "birth_name": traits.birth_name,
            "used_name": traits.used_name,
            "first_names": list(traits.first_names),
            "sex": traits.sex.value if traits.sex else None,
            "birth_date": traits.birth_date.isoformat() if traits.birth_date else None,
            "birth_place": traits.birth_place,
            "shown": sorted(way.value for way in truth.shown),
        },
        "practitioner": _practitioner(truth.practitioner),
        "establishment": _establishment(truth.establishment),
        "pages": list(truth.pages),
    }


def _practitioner(practitioner: Practitioner) -> dict[str, str]:
    return {"rpps": practitioner.rpps, "name": practitioner.name, "specialty": practitioner.specialty}


def _establishment(establishment: Establishment) -> dict[str, str]:
    return {"finess": establishment.finess, "name": establishment.name, "town": establishment.town}


def write(specimens: Iterable[Specimen], folder: Path, truths: Path | None = None) -> list[Path]:
    """Write specimens to a folder, and the truth of each as ``NAME.json`` beside it or in a folder of its own.

    Returns:
        The files of the specimens, without their truths.
    """
    beside = truths or folder
    folder.mkdir(parents=True, exist_ok=True)
    beside.mkdir(parents=True, exist_ok=True)
    written = []
    for specimen in specimens:
        path = folder / specimen.name
        path.write_bytes(specimen.content)
        truth = json.dumps(truth_of(specimen), ensure_ascii=False, indent=1)
        (beside / f"{specimen.name}.json").write_text(truth + "\n", encoding="utf-8")
        written.append(path)
    return written
