"""Every way in which things go wrong, as one tree in three families; the family decides, the class explains.

VersoError
├── Refused                the document is at fault: never retried, the feeder is told why; for nights `night_refusals`
│   ├── EmptyFile
│   ├── UnknownType
│   ├── DamagedFile
│   ├── NeedsPassword
│   ├── NoPages
│   ├── TooManyPages
│   ├── TooLarge
│   ├── HarmfulFile
│   ├── Infected
│   ├── ForbiddenMarkup
│   ├── AlreadyReceived
│   ├── NotANight
│   └── Discarded
├── Interrupted            the world is at fault: retried with backoff, then dead
│   ├── ObjectsUnavailable
│   ├── LedgerUnavailable
│   ├── KeysUnavailable
│   ├── BrokerUnavailable
│   ├── InboxUnavailable
│   ├── AntivirusUnavailable
│   ├── ReaderFailed
│   ├── ReaderTimedOut
│   ├── PagesMissing
│   ├── NightWaits
│   └── LeaseLost
├── Tampered               stored bytes fail authentication: a person is called
│   └── Missing
└── Misused                the caller is at fault: wrong id, wrong setting, wrong stage
    ├── UnknownDocument
    ├── UnknownNight
    ├── WrongStage
    ├── Erased
    ├── UnknownPatient
    ├── UnderHold
    ├── RetentionRuns
    ├── Unsettled
    ├── StillNeeded
    ├── WrongSetting
    ├── UnknownModel
    ├── UnknownMember
    ├── UnknownUpload
    ├── WrongOffset
    ├── TooFewDecisions
    └── MissingLibrary

An error's docstring is its message (English, for logs and operators) and says what to do next. ``code`` is its
stable name, the one that feeders, screens and `docs/errors.md` use. No error ever carries health data: its
``subject`` is an id, a setting or a stage, never a name, a text or a path handed over by a feeder.
"""

from typing import ClassVar


class VersoError(Exception):
    """Something went wrong in Verso."""

    #: Stable name of this failure, in feeders' answers and in `docs/errors.md`.
    code: ClassVar[str] = "verso-error"

    def __init__(self, subject: str = "") -> None:
        """Make the error.

        Args:
            subject: The id, setting or stage that it is about. Never health data.
        """
        super().__init__(subject)
        self.subject = subject

    def __str__(self) -> str:
        """Say the code, what it means and what it is about."""
        sentence = (type(self).__doc__ or "").strip().splitlines()[0]
        about = f" [{self.subject}]" if self.subject else ""
        return f"{self.code}: {sentence}{about}"


class Refused(VersoError):
    """The document cannot be accepted. Its sealed original is kept."""

    code = "refused"
    #: The sentence shown to the person who sent the document.
    sentence_fr: ClassVar[str] = "Ce document ne peut pas être accepté."


class EmptyFile(Refused):
    """The file holds no bytes. Send it again from the source."""

    code = "empty-file"
    sentence_fr = "Le fichier est vide. Envoyez-le de nouveau depuis son logiciel d'origine."


class UnknownType(Refused):
    """The content is of no type that Verso reads, or not what its name says. Send PDF, picture, CDA, DICOM or text."""

    code = "unknown-type"
    sentence_fr = (
        "Ce type de fichier n'est pas reconnu, ou son nom dit autre chose. "
        "Envoyez un PDF, une image (TIFF, JPEG, PNG, HEIC, WebP), un CDA, un DICOM ou un texte."
    )


class DamagedFile(Refused):
    """The content is cut short or broken beyond repair. Scan or export it again."""

    code = "damaged-file"
    sentence_fr = "Le fichier est tronqué ou abîmé. Numérisez-le ou exportez-le de nouveau."


class NeedsPassword(Refused):
    """The file is protected by a password. Send it without protection."""

    code = "needs-password"
    sentence_fr = "Le fichier est protégé par un mot de passe. Envoyez-le sans protection."


class NoPages(Refused):
    """The file is well-formed and holds no page. Check the export."""

    code = "no-pages"
    sentence_fr = "Le fichier ne contient aucune page. Vérifiez l'export."


class TooManyPages(Refused):
    """The file holds more pages than the set limit. Split it."""

    code = "too-many-pages"
    sentence_fr = "Le fichier contient trop de pages. Découpez-le en plusieurs documents."


class TooLarge(Refused):
    """The file is larger than the set limit. Split it or scan at a lower resolution."""

    code = "too-large"
    sentence_fr = "Le fichier est trop volumineux. Découpez-le ou numérisez-le à une résolution plus basse."


class HarmfulFile(Refused):
    """The file exhausts the parser's memory or time: it is broken or hostile. Scan the paper again."""

    code = "harmful-file"
    sentence_fr = "Le fichier est anormal et n'a pas pu être ouvert en sécurité. Numérisez de nouveau le papier."


class Infected(Refused):
    """The antivirus found something harmful in the file. Clean the machine that it comes from, scan the paper again."""

    code = "infected"
    sentence_fr = (
        "Un virus a été trouvé dans ce fichier. Ne l'ouvrez pas, prévenez votre service informatique, "
        "puis numérisez de nouveau le papier depuis un poste sain."
    )


class ForbiddenMarkup(Refused):
    """The XML declares a document type or entities, which can reach out or explode. Export it without them."""

    code = "forbidden-markup"
    sentence_fr = "Le document XML déclare un type de document (DTD) ou des entités. Exportez-le sans."


class AlreadyReceived(Refused):
    """The same document came before by another way, under the same unique id. Nothing needs to be done."""

    code = "already-received"
    sentence_fr = "Ce document a déjà été reçu par une autre voie, sous le même identifiant unique : rien à faire."


class NotANight(Refused):
    """An insurer hands over nights, and nothing else. Send a manifest and its files (`docs/reimbursements.md`)."""

    code = "not-a-night"
    sentence_fr = "Un assureur ne transmet que ses envois de remboursements : bordereau et fichiers, rien d'autre."


class Discarded(Refused):
    """A person gave the document up after every attempt at it had failed. Its sealed original is kept."""

    code = "discarded"
    sentence_fr = (
        "Ce document n'a pas pu être traité et a été écarté par une personne. "
        "Si le papier compte encore, numérisez-le de nouveau ou envoyez-le sous une autre forme."
    )


class Interrupted(VersoError):
    """The world failed for a while. The work is tried again by itself."""

    code = "interrupted"


class ObjectsUnavailable(Interrupted):
    """The object store did not answer as it should. Check its health and free space; work resumes alone."""

    code = "objects-unavailable"


class LedgerUnavailable(Interrupted):
    """The ledger's database did not answer as it should. Check the database; work resumes alone."""

    code = "ledger-unavailable"


class KeysUnavailable(Interrupted):
    """The master key could not be used. Check the key file or key service; work resumes alone."""

    code = "keys-unavailable"


class BrokerUnavailable(Interrupted):
    """The broker did not take the message. Check the broker; the courier sends it again."""

    code = "broker-unavailable"


class InboxUnavailable(Interrupted):
    """A feeder's inbox could not be read or written. Check the mount, its rights and free space; work resumes alone."""

    code = "inbox-unavailable"


class AntivirusUnavailable(Interrupted):
    """The antivirus did not answer as it should: nothing passes unexamined. Check clamd; work resumes alone."""

    code = "antivirus-unavailable"


class ReaderFailed(Interrupted):
    """The confined reader died on this document. It is started afresh and the work is tried again."""

    code = "reader-failed"


class ReaderTimedOut(Interrupted):
    """The confined reader did not finish in its time. It is started afresh and the work is tried again."""

    code = "reader-timed-out"


class PagesMissing(Interrupted):
    """Pages of the document are neither read nor marked as unreadable. They are read again; report it if it lasts."""

    code = "pages-missing"


class NightWaits(Interrupted):
    """A file of the night, or the night before it, has not come in yet. It is looked for again by itself."""

    code = "night-waits"


class LeaseLost(Interrupted):
    """Another worker holds this document now. This worker's result is dropped; the other's counts."""

    code = "lease-lost"


class Tampered(VersoError):
    """Stored bytes fail authentication: they were altered, cut, moved or replaced. Call the security officer."""

    code = "tampered"


class Missing(Tampered):
    """An object that the ledger knows is not in the store. Restore it from the second copy."""

    code = "missing-object"


class Misused(VersoError):
    """What was asked cannot be done. Read the sentence, correct the request."""

    code = "misused"


class UnknownDocument(Misused):
    """No document has this id. List the documents with `verso list`."""

    code = "unknown-document"


class UnknownNight(Misused):
    """This insurer has begun no night of this number. List its nights with `verso nights list`."""

    code = "unknown-night"


class WrongStage(Misused):
    """The document is not in a stage that allows this. Look at it with `verso show`."""

    code = "wrong-stage"


class Erased(Misused):
    """It was erased: its key was destroyed on purpose, and nobody can read it any more."""

    code = "erased"
    #: The sentence shown to the person who sent the document.
    sentence_fr: ClassVar[str] = "Ce document a été effacé. Il n'est pas repris."


class UnknownPatient(Misused):
    """No document of this patient is filed here, and no erasure is under way. Check the number and its authority."""

    code = "unknown-patient"


class UnderHold(Misused):
    """A legal hold forbids to erase this. See `verso patient status`; who placed it can release it."""

    code = "under-hold"


class RetentionRuns(Misused):
    """The law still requires to keep this until the day named. Wait, or name another ground if there is one."""

    code = "retention-runs"


class Unsettled(Misused):
    """Documents that wait for a person name this patient. Settle the documents named here first."""

    code = "unsettled"


class StillNeeded(Misused):
    """A key that was to be retired wraps others still, or some cannot be read. Rotate again, see what failed."""

    code = "still-needed"


class WrongSetting(Misused):
    """A setting is wrong or missing. See `docs/operating.md`."""

    code = "wrong-setting"


class UnknownModel(Misused):
    """No model has this name, or it was made for another release. List the models with `verso model list`."""

    code = "unknown-model"


class UnknownMember(Misused):
    """Nobody of this name is let in. List the members with `verso member list`."""

    code = "unknown-member"


class UnknownUpload(Misused):
    """No upload under way has this id. It was finished, or given up for its silence; begin it again."""

    code = "unknown-upload"


class WrongOffset(Misused):
    """These bytes do not follow those that came in. Ask how far the upload got, and go on from there."""

    code = "wrong-offset"


class TooFewDecisions(Misused):
    """People have settled the types of too few documents to learn or to judge from. Settle more in review."""

    code = "too-few-decisions"


class MissingLibrary(Misused):
    """This verb needs a library that Verso does not ship. Install what `requirements-dev.lock` pins."""

    code = "missing-library"
