"""What can be wrong with a line of a night: a code for each, and a sentence for whoever sent it."""

from enum import Enum
from typing import Final


class LineFault(Enum):
    """Why a line was not taken. The value is its code, the sentence in English, and the one in French."""

    NOT_UTF8 = (
        "not-utf8",
        "The line is not UTF-8.",
        "La ligne n'est pas encodée en UTF-8.",
    )
    NOT_READABLE = (
        "not-readable",
        "The line has not the columns of the format.",
        "La ligne n'a pas les colonnes prévues par le format.",
    )
    CONTROL_CHARACTER = (
        "control-character",
        "The line holds a control character.",
        "La ligne contient un caractère de contrôle.",
    )
    TOO_LONG = (
        "too-long",
        "A column holds more than the format allows.",
        "Une colonne dépasse la longueur prévue par le format.",
    )
    REFERENCE = (
        "reference",
        "The reference is missing, or is not 1 to 64 printable characters without blanks.",
        "La référence manque, ou n'est pas faite de 1 à 64 caractères imprimables sans espace.",
    )
    ACTION = (
        "action",
        "The action is none of add, correct, delete.",
        "L'action n'est ni add, ni correct, ni delete.",
    )
    INS_SHAPE = (
        "ins-shape",
        "The INS has not the shape of a matricule with its key.",
        "Le matricule INS n'a pas la forme attendue.",
    )
    INS_KEY = (
        "ins-key",
        "The key of the INS is wrong.",
        "La clé du matricule INS est fausse.",
    )
    INS_AUTHORITY = (
        "ins-authority",
        "The INS is of no authority that is accepted here.",
        "L'autorité d'affectation (OID) du matricule INS n'est pas acceptée ici.",
    )
    TRAITS = (
        "traits",
        "Birth name, first names, sex, date or place of birth are missing or not as the format says.",
        "Le nom de naissance, les prénoms, le sexe, la date ou le lieu de naissance manquent ou sont mal formés.",
    )
    TRAITS_DISAGREE = (
        "traits-disagree",
        "Sex or date of birth are not those that the INS says.",
        "Le sexe ou la date de naissance ne sont pas ceux que dit le matricule INS.",
    )
    SECTION = (
        "section",
        "The section is none of the format.",
        "La rubrique n'est pas une de celles du format.",
    )
    DAY = (
        "day",
        "The day of the care is no date.",
        "La date du soin n'est pas une date.",
    )
    FUTURE = (
        "future",
        "The day of the care lies after the last day that the night covers.",
        "La date du soin est postérieure au dernier jour couvert par l'envoi.",
    )
    IMPLAUSIBLE = (
        "implausible",
        "The day of the care lies before the birth, or more than five years back.",
        "La date du soin précède la naissance, ou remonte à plus de cinq ans.",
    )
    STAY = (
        "stay",
        "The end of a stay is no date, lies before its beginning or in the future, or stands where nothing lasts.",
        "La fin de séjour n'est pas une date, précède le début, est dans le futur, ou n'a pas lieu d'être.",
    )
    CODE_SYSTEM = (
        "code-system",
        "The table of the code is none that the section takes its codes from.",
        "La table du code n'est pas une de celles de la rubrique.",
    )
    CODE = (
        "code",
        "The code has not the shape of its table.",
        "Le code n'a pas la forme des codes de sa table.",
    )
    ATC = (
        "atc",
        "The ATC code has not the shape of one.",
        "Le code ATC n'en a pas la forme.",
    )
    LABEL = (
        "label",
        "The label is missing.",
        "Le libellé manque.",
    )
    FORMULA = (
        "formula",
        "A text begins as a spreadsheet's formula does.",
        "Un texte commence comme une formule de tableur.",
    )
    QUANTITY = (
        "quantity",
        "The quantity is no whole number from 1 to 99 999.",
        "La quantité n'est pas un nombre entier de 1 à 99 999.",
    )
    #: Found when the lines of a patient are put together.
    TRAITS_DIFFER = (
        "traits-differ",
        "Lines of this night give the same INS to different persons: nothing of it is taken until they agree.",
        "Des lignes de cet envoi donnent le même matricule INS à des personnes différentes : aucune n'est prise.",
    )

    @property
    def code(self) -> str:
        """Its stable name."""
        return self.value[0]

    @property
    def sentence(self) -> str:
        """What is wrong, in English."""
        return self.value[1]

    @property
    def sentence_fr(self) -> str:
        """What is wrong, in French."""
        return self.value[2]


#: Each fault by its code.
BY_CODE: Final = {fault.code: fault for fault in LineFault}
