"""Profiles: for each kind of paper, who writes it, about whom, and how it is addressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from documents.patient import Sex
from specimens.kind import Kind
from specimens.people import Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is typical of a kind of paper."""

    #: Who writes it: one of these.
    trades: tuple[Trade, ...]
    #: The author's specialty, where only one makes sense.
    specialties: tuple[str | None, ...] = (None,)
    #: Ages of its patients, in years, inclusive.
    ages: tuple[int, int] = (18, 100)
    #: Sex of its patients, where only one makes sense.
    sex: Sex | None = None
    #: How often it is addressed to a colleague, 0 to 1.
    addressed: float = 0.0
    #: How often a signature stands under it, 0 to 1.
    signed: float = 0.9


_SURGERY: Final = ("Chirurgie digestive", "Chirurgie orthopédique", "Urologie", "Chirurgie vasculaire")

PROFILES: Final[Mapping[Kind, Profile]] = MappingProxyType(
    {
        Kind.PRESCRIPTION: Profile(trades=(Trade.PRACTICE, Trade.PRACTICE, Trade.HOSPITAL), ages=(16, 100)),
        Kind.LABORATORY: Profile(trades=(Trade.LABORATORY,), ages=(1, 100), signed=0.5),
        Kind.IMAGING: Profile(trades=(Trade.IMAGING, Trade.IMAGING, Trade.HOSPITAL), addressed=0.5),
        Kind.DISCHARGE: Profile(trades=(Trade.HOSPITAL,), addressed=0.7),
        Kind.STAY: Profile(trades=(Trade.HOSPITAL,), addressed=0.5),
        Kind.CONSULTATION: Profile(trades=(Trade.PRACTICE, Trade.HOSPITAL), addressed=0.85),
        Kind.SUMMARY: Profile(trades=(Trade.PRACTICE,), specialties=("Médecine générale",), ages=(25, 100), signed=0.6),
        Kind.VACCINATION: Profile(
            trades=(Trade.PRACTICE,), specialties=("Médecine générale", "Pédiatrie"), ages=(1, 85), signed=0.7
        ),
        Kind.SCREENING: Profile(trades=(Trade.SCREENING, Trade.SCREENING, Trade.IMAGING), ages=(50, 74), signed=0.7),
        Kind.CERTIFICATE: Profile(trades=(Trade.PRACTICE, Trade.PRACTICE, Trade.HOSPITAL), ages=(6, 95), signed=1.0),
        Kind.OPERATION: Profile(trades=(Trade.HOSPITAL,), specialties=_SURGERY, addressed=0.2),
        Kind.PATHOLOGY: Profile(trades=(Trade.PATHOLOGY,), addressed=0.4),
        Kind.EMERGENCY: Profile(trades=(Trade.HOSPITAL,), specialties=("Urgences",), addressed=0.3),
        Kind.REFERRAL: Profile(trades=(Trade.PRACTICE,), specialties=("Médecine générale",), addressed=1.0),
        Kind.LAB_ORDER: Profile(trades=(Trade.PRACTICE, Trade.HOSPITAL)),
        Kind.IMAGING_ORDER: Profile(trades=(Trade.PRACTICE, Trade.HOSPITAL)),
        Kind.NURSING_ORDER: Profile(trades=(Trade.PRACTICE, Trade.HOSPITAL)),
        Kind.PHYSIOTHERAPY_ORDER: Profile(trades=(Trade.PRACTICE, Trade.HOSPITAL)),
        Kind.MEETING: Profile(trades=(Trade.HOSPITAL,), addressed=0.2),
        Kind.PREANAESTHESIA: Profile(trades=(Trade.HOSPITAL,)),
        Kind.SICK_LEAVE: Profile(trades=(Trade.PRACTICE,), ages=(18, 66)),
        Kind.VACCINATION_NOTE: Profile(trades=(Trade.PRACTICE,), specialties=("Médecine générale",), ages=(2, 95)),
        Kind.PREVENTION_ACT: Profile(trades=(Trade.PRACTICE,), ages=(16, 85)),
        Kind.URGENT_LIAISON: Profile(trades=(Trade.PRACTICE,), specialties=("Médecine générale",), ages=(70, 100)),
        Kind.EPISODE_SUMMARY: Profile(trades=(Trade.HOSPITAL, Trade.PRACTICE), addressed=0.3),
        Kind.MEDICATION_REVIEW: Profile(trades=(Trade.PRACTICE,), ages=(65, 100), addressed=0.5),
        Kind.TELEMEDICINE_REQUEST: Profile(trades=(Trade.PRACTICE,), specialties=("Médecine générale",)),
        Kind.GENETICS: Profile(trades=(Trade.HOSPITAL, Trade.PATHOLOGY), addressed=0.4),
    },
)
