"""What a feeder did wrong in handing files over: a stable code, a French sentence, and what it is about."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self


class ProblemCode(StrEnum):
    """Stable name of a problem, in acknowledgements and in `docs/errors.md`."""

    sentence_fr: str

    def __new__(cls, code: str, sentence_fr: str) -> Self:
        """Make a code that knows its sentence."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence_fr = sentence_fr
        return member

    @property
    def is_refusal(self) -> bool:
        """Whether it means that nothing is kept of a file that came."""
        return self in _REFUSALS

    SYMBOLIC_LINK = "symbolic-link", "C'est un lien vers un autre fichier. Déposez le fichier lui-même."
    HARD_LINK = "hard-link", "Ce fichier existe aussi sous un autre nom (lien physique). Déposez une copie."
    NOT_A_FILE = "not-a-file", "Ce n'est pas un fichier ordinaire. Déposez un fichier."
    UNREADABLE = (
        "unreadable",
        "Ce fichier ne peut pas être lu. Vérifiez les droits d'accès, puis déposez-le de nouveau.",
    )
    TOO_LARGE = "too-large", "Le fichier est trop volumineux. Découpez-le ou numérisez-le à une résolution plus basse."
    CLOSED_FOLDER = (
        "closed-folder",
        "Ce dossier ne peut pas être parcouru : trop de niveaux, ou droits d'accès insuffisants.",
    )
    NOT_FOUND = "not-found", "Ce fichier ou ce dossier n'existe pas. Vérifiez le chemin."
    CHANGING = "changing", "Ce fichier est en cours d'écriture. Présentez-le de nouveau quand il sera complet."
    ARCHIVE_DAMAGED = "archive-damaged", "Cette archive, ou ce fichier qu'elle contient, est abîmé. Refaites l'archive."
    ARCHIVE_HARMFUL = (
        "archive-harmful",
        "Cette archive est anormale (trop de fichiers, ou démesurée une fois ouverte). Rien n'en est pris.",
    )
    ARCHIVE_ENCRYPTED = (
        "archive-encrypted",
        "Ce fichier de l'archive est protégé par un mot de passe. Envoyez-le sans protection.",
    )
    ARCHIVE_PATH = "archive-path", "Le nom de ce fichier sort de l'archive ; il n'est pas pris. Refaites l'archive."
    ARCHIVE_NESTED = "archive-nested", "Une archive dans une archive n'est pas ouverte. Déposez-la seule."
    ARCHIVE_EMPTY = "archive-empty", "Cette archive ne contient aucun document."
    XDM_METADATA = (
        "xdm-metadata",
        "Les métadonnées du lot XDM ne peuvent pas être lues. Les documents sont pris sans elles.",
    )
    XDM_MISSING = "xdm-missing", "Ce document figure aux métadonnées du lot XDM mais pas dans l'archive."
    XDM_EXTRA = "xdm-extra", "Ce fichier ne figure pas aux métadonnées du lot XDM ; il est pris sans elles."
    XDM_ALTERED = (
        "xdm-altered",
        "Ce document n'a pas la taille ou l'empreinte annoncée au lot XDM ; il est pris sans ses métadonnées.",
    )
    MAIL_EMPTY = "mail-empty", "Ce courriel ne porte aucun document joint."
    MAIL_FILE = "mail-file", "Cette pièce jointe ne peut pas être décodée. Renvoyez-la."
    MESSAGE_MALFORMED = "message-malformed", "Ce message HL7 est mal formé. Vérifiez son export."
    MESSAGE_FILE = "message-file", "Le document que porte ce message HL7 ne peut pas être décodé. Vérifiez son export."
    DECLARATIONS_DIFFER = (
        "declarations-differ",
        "Le bordereau et le document désignent deux patients ; aucune des deux déclarations ne vaut.",
    )
    MANIFEST_UNREADABLE = (
        "manifest-unreadable",
        "Le bordereau ne peut pas être lu. Les documents sont pris sans lui ; corrigez son format.",
    )
    MANIFEST_ABSENT = "manifest-absent", "Le bordereau attendu n'est pas arrivé. Les documents sont pris sans lui."
    MANIFEST_LINE = "manifest-line", "Cette ligne du bordereau est incomplète ou mal formée ; elle est ignorée."
    MANIFEST_DUPLICATE = (
        "manifest-duplicate",
        "Ce fichier figure plusieurs fois au bordereau ; si ses lignes se contredisent, aucune ne vaut.",
    )
    MANIFEST_INS = "manifest-ins", "Le matricule INS de cette ligne est faux ; sa déclaration est ignorée."
    MANIFEST_VALUE = "manifest-value", "Un trait, une date ou un code de cette ligne est mal formé ; il est ignoré."
    MANIFEST_MISSING = "manifest-missing", "Ce fichier figure au bordereau mais n'a pas été déposé."
    MANIFEST_EXTRA = "manifest-extra", "Ce fichier ne figure pas au bordereau ; il est pris sans déclaration."
    MANIFEST_ALTERED = (
        "manifest-altered",
        "Ce fichier n'a pas l'empreinte annoncée au bordereau ; il est pris sans déclaration.",
    )


#: What is said of files that came and of which nothing is kept.
_REFUSALS: Final = frozenset(
    {
        ProblemCode.SYMBOLIC_LINK,
        ProblemCode.HARD_LINK,
        ProblemCode.NOT_A_FILE,
        ProblemCode.UNREADABLE,
        ProblemCode.TOO_LARGE,
        ProblemCode.CLOSED_FOLDER,
        ProblemCode.ARCHIVE_DAMAGED,
        ProblemCode.ARCHIVE_HARMFUL,
        ProblemCode.ARCHIVE_ENCRYPTED,
        ProblemCode.ARCHIVE_PATH,
        ProblemCode.ARCHIVE_NESTED,
        ProblemCode.ARCHIVE_EMPTY,
        ProblemCode.MAIL_EMPTY,
        ProblemCode.MAIL_FILE,
        ProblemCode.MESSAGE_MALFORMED,
        ProblemCode.MESSAGE_FILE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that a feeder should know and put right."""

    code: ProblemCode
    #: The file's name as the feeder gave it. Empty when it concerns a whole batch.
    file_name: str = field(default="", repr=False)
    #: The batch, if there is one.
    batch: str | None = None
    #: Line of the manifest, the first one being 1. None when it is about no line.
    line: int | None = None
