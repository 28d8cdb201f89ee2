"""The disciplines of medicine as papers print them, by their usual French names."""

import re
from collections.abc import Iterator
from typing import Final

#: Each discipline's usual name, and how it stands in a folded text: as itself, or as what its doctors call themselves.
#: After the specialties of the national list of authors (JDV_J01, CI-SIS), options and former names left out.
_DISCIPLINES: Final[tuple[tuple[str, str], ...]] = (
    ("Allergologie", r"ALLERGOLOGI?U?E"),
    ("Anatomie et cytologie pathologiques", r"ANATOMIE ET CYTOLOGIE PATHOLOGIQUES?|ANATOMO-?PATHOLOGISTE"),
    ("Anesthésie-réanimation", r"ANESTHESIE[- ](?:ET )?REANIMATION|ANESTHESISTES?[- ]REANIMATEURS?"),
    ("Biologie médicale", r"BIOLOGIE MEDICALE|BIOLOGISTE(?: MEDICAL)?"),
    ("Cardiologie", r"CARDIOLOG(?:IE|UE)(?: ET MALADIES VASCULAIRES)?|MEDECINE CARDIO-?VASCULAIRE"),
    ("Chirurgie digestive", r"CHIRURGI(?:E|EN) (?:VISCERALE?(?: ET )?)?DIGESTI(?:VE|F)|CHIRURGIE VISCERALE"),
    ("Chirurgie générale", r"CHIRURGIE GENERALE"),
    ("Chirurgie maxillo-faciale", r"CHIRURGIE MAXILLO-?FACIALE"),
    ("Chirurgie orthopédique", r"CHIRURGI(?:E|EN) ORTHOPEDI(?:QUE|STE)(?: ET TRAUMATOLOGI(?:E|QUE))?"),
    ("Chirurgie pédiatrique", r"CHIRURGIE (?:PEDIATRIQUE|INFANTILE)"),
    ("Chirurgie plastique", r"CHIRURGIE PLASTIQUE(?:,? RECONSTRUCTRICE)?(?: ET ESTHETIQUE)?"),
    ("Chirurgie thoracique et cardio-vasculaire", r"CHIRURGIE THORACIQUE(?: ET CARDIO-?VASCULAIRE)?"),
    ("Chirurgie vasculaire", r"CHIRURGI(?:E|EN) VASCULAIRE"),
    ("Dermatologie", r"DERMATOLOG(?:IE|UE)(?: ET VENEREOLOGIE)?"),
    ("Endocrinologie", r"ENDOCRINOLOG(?:IE|UE)(?:[ ,\-]*(?:ET )?(?:DIABETOLOGI?U?E|NUTRITION|METABOLISME))*"),
    ("Gastro-entérologie", r"(?:HEPATO-?)?GASTRO-?ENTEROLOG(?:IE|UE)(?: ET HEPATOLOGIE)?"),
    ("Génétique médicale", r"GENETIQUE MEDICALE|GENETICIEN(?:NE)?"),
    ("Gériatrie", r"GERIATR(?:IE|E)"),
    ("Gynécologie-obstétrique", r"GYNECOLOG(?:IE|UE)[- ](?:ET )?OBSTETRI(?:QUE|CIEN(?:NE)?)"),
    ("Gynécologie médicale", r"GYNECOLOGIE MEDICALE|GYNECOLOGUE MEDICALE?"),
    ("Hématologie", r"HEMATOLOG(?:IE|UE)"),
    ("Maladies infectieuses et tropicales", r"MALADIES INFECTIEUSES(?: ET TROPICALES)?|INFECTIOLOG(?:IE|UE)"),
    ("Médecine d'urgence", r"MEDECINE D'URGENCE|URGENTISTE"),
    ("Médecine du travail", r"MEDECINE DU TRAVAIL"),
    ("Médecine générale", r"MEDECINE GENERALE|(?:MEDECIN )?GENERALISTE"),
    ("Médecine intensive-réanimation", r"MEDECINE INTENSIVE[- ](?:ET )?REANIMATION"),
    ("Médecine interne", r"MEDECINE INTERNE|INTERNISTE"),
    ("Médecine nucléaire", r"MEDECINE NUCLEAIRE"),
    ("Médecine physique et de réadaptation", r"MEDECINE PHYSIQUE(?: ET (?:DE )?READAPTATION)?"),
    ("Médecine vasculaire", r"MEDECINE VASCULAIRE|ANGIOLOG(?:IE|UE)"),
    ("Néphrologie", r"NEPHROLOG(?:IE|UE)"),
    ("Neurochirurgie", r"NEURO-?CHIRURGI(?:E|EN)"),
    ("Neurologie", r"NEUROLOG(?:IE|UE)"),
    ("Oncologie médicale", r"ONCOLOG(?:IE|UE)(?: MEDICALE?)?|CANCEROLOG(?:IE|UE)"),
    ("Ophtalmologie", r"OPHTALMOLOG(?:IE|UE|ISTE)"),
    ("Oto-rhino-laryngologie", r"OTO-?RHINO-?LARYNGOLOG(?:IE|ISTE)|O\.?R\.?L\.?(?: ET CHIRURGIE CERVICO-FACIALE)?"),
    ("Pédiatrie", r"PEDIATR(?:IE|E)"),
    ("Pneumologie", r"PNEUMOLOG(?:IE|UE)"),
    ("Psychiatrie", r"PSYCHIATR(?:IE|E)(?: DE L'ENFANT(?: ET DE L'ADOLESCENT)?)?"),
    ("Radiologie", r"RADIO-?DIAGNOSTIC(?: ET IMAGERIE MEDICALE)?|RADIOLOG(?:IE|UE)(?: ET IMAGERIE MEDICALE)?"),
    ("Radiothérapie", r"RADIO-?THERAP(?:IE|EUTE)|ONCOLOGIE[- ]RADIOTHERAPIE"),
    ("Rhumatologie", r"RHUMATOLOG(?:IE|UE)"),
    ("Santé publique", r"SANTE PUBLIQUE(?: ET MEDECINE SOCIALE)?"),
    ("Stomatologie", r"STOMATOLOG(?:IE|UE)"),
    ("Urologie", r"UROLOG(?:IE|UE)|CHIRURGI(?:E|EN) UROLOGIQUE"),
)
#: Longer forms first: a gynaecologist is not half an obstetrician.
_ANY: Final = re.compile(
    r"(?<![A-Z])(?:" + "|".join(f"(?P<D{n}>{form})" for n, (_, form) in enumerate(_DISCIPLINES)) + r")S?(?![A-Z])"
)


def find(folded: str) -> Iterator[str]:
    """Yield the disciplines that a folded text names, by their usual names, in order."""
    for match in _ANY.finditer(folded):
        yield _DISCIPLINES[int((match.lastgroup or "D0")[1:])][0]
