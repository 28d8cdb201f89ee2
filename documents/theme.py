"""The themes: the categories that people see. A theme follows from the type by an official table."""

from enum import StrEnum


class Theme(StrEnum):
    """A category of documents as people see it."""

    SYNTHESIS = "synthesis"
    TREATMENT = "treatment"
    REPORT = "report"
    IMAGING = "imaging"
    BIOLOGY = "biology"
    PREVENTION = "prevention"
    #: Themes beside the six: nothing is squeezed into them.
    CERTIFICATE = "certificate"
    ADMINISTRATIVE = "administrative"
    #: Advance directives, opposition, organ donation: the patient's own wishes.
    WISHES = "wishes"
    REIMBURSEMENT = "reimbursement"
    OTHER = "other"
