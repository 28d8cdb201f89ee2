"""The kinds of specimens, each with its official type and its theme."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from documents.theme import Theme


class Kind(StrEnum):
    """A kind of medical paper."""

    PRESCRIPTION = "prescription"
    LABORATORY = "laboratory"
    IMAGING = "imaging"
    DISCHARGE = "discharge"
    STAY = "stay"
    CONSULTATION = "consultation"
    SUMMARY = "summary"
    VACCINATION = "vaccination"
    SCREENING = "screening"
    CERTIFICATE = "certificate"
    OPERATION = "operation"
    PATHOLOGY = "pathology"
    EMERGENCY = "emergency"
    REFERRAL = "referral"
    LAB_ORDER = "lab-order"
    IMAGING_ORDER = "imaging-order"
    NURSING_ORDER = "nursing-order"
    PHYSIOTHERAPY_ORDER = "physiotherapy-order"

    MEETING = "meeting"
    PREANAESTHESIA = "preanaesthesia"
    SICK_LEAVE = "sick-leave"
    VACCINATION_NOTE = "vaccination-note"
    PREVENTION_ACT = "prevention-act"
    URGENT_LIAISON = "urgent-liaison"
    EPISODE_SUMMARY = "episode-summary"
    MEDICATION_REVIEW = "medication-review"
    TELEMEDICINE_REQUEST = "telemedicine-request"
    GENETICS = "genetics"

    @property
    def type_code(self) -> str:
        """The official type code (JDV_J66, the types that the DMP accepts)."""
        return _TYPES[self][0]

    @property
    def theme(self) -> Theme:
        """The theme that people see."""
        return _TYPES[self][1]


_TYPES: Final = MappingProxyType(
    {
        Kind.PRESCRIPTION: ("57833-6", Theme.TREATMENT),
        Kind.LABORATORY: ("11502-2", Theme.BIOLOGY),
        Kind.IMAGING: ("18748-4", Theme.IMAGING),
        Kind.DISCHARGE: ("11490-0", Theme.REPORT),
        Kind.STAY: ("34112-3", Theme.REPORT),
        Kind.CONSULTATION: ("11488-4", Theme.REPORT),
        Kind.SUMMARY: ("60591-5", Theme.SYNTHESIS),
        Kind.VACCINATION: ("11369-6", Theme.PREVENTION),
        Kind.SCREENING: ("75492-9", Theme.PREVENTION),
        Kind.CERTIFICATE: ("89601-9", Theme.CERTIFICATE),
        Kind.OPERATION: ("34874-8", Theme.REPORT),
        Kind.PATHOLOGY: ("60568-3", Theme.BIOLOGY),
        Kind.EMERGENCY: ("15507-7", Theme.REPORT),
        Kind.REFERRAL: ("96349-6", Theme.REPORT),
        Kind.LAB_ORDER: ("PRESC-BIO", Theme.TREATMENT),
        Kind.IMAGING_ORDER: ("55115-0", Theme.TREATMENT),
        Kind.NURSING_ORDER: ("PRESC-INF", Theme.TREATMENT),
        Kind.PHYSIOTHERAPY_ORDER: ("PRESC-KINE", Theme.TREATMENT),
        Kind.MEETING: ("34794-8", Theme.REPORT),
        Kind.PREANAESTHESIA: ("34749-2", Theme.REPORT),
        Kind.SICK_LEAVE: ("PRESC-AAT", Theme.TREATMENT),
        Kind.VACCINATION_NOTE: ("87273-9", Theme.PREVENTION),
        Kind.PREVENTION_ACT: ("75482-0", Theme.PREVENTION),
        Kind.URGENT_LIAISON: ("74207-2", Theme.SYNTHESIS),
        Kind.EPISODE_SUMMARY: ("34133-9", Theme.SYNTHESIS),
        Kind.MEDICATION_REVIEW: ("56445-0", Theme.SYNTHESIS),
        Kind.TELEMEDICINE_REQUEST: ("75496-0", Theme.REPORT),
        Kind.GENETICS: ("51969-4", Theme.REPORT),
    },
)
