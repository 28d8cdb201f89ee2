"""The refusals of insurers' nights, a branch of the tree in `documents.errors`: nothing of such a night was applied.

Refused
└── NightRefused
    ├── NightUnreadable
    ├── NightRepeated
    ├── NightOutOfOrder
    ├── NightAltered
    ├── NightInfected
    ├── NightDamaged
    ├── NightMiscounted
    ├── NightRejected
    ├── NightIncomplete
    └── NightUnclaimed
"""

from documents.errors import Refused


class NightRefused(Refused):
    """The night that this file belongs to was refused, and nothing of it was applied. See the night's own answer."""

    code = "night-refused"
    sentence_fr = "L'envoi dont ce fichier fait partie a été refusé : rien n'en a été appliqué. Voyez sa réponse."


class NightUnreadable(NightRefused):
    """The night's manifest is not as the format says, or contradicts itself. Correct it, count its issue up, resend."""

    code = "night-unreadable"
    sentence_fr = (
        "Le bordereau de l'envoi n'est pas conforme au format, ou se contredit. "
        "Corrigez-le, augmentez son numéro d'émission et renvoyez-le."
    )


class NightRepeated(NightRefused):
    """A night of this number was applied or is under way. If this is another night, give it the next number."""

    code = "night-repeated"
    sentence_fr = (
        "Un envoi de ce numéro a déjà été appliqué, ou est en cours. "
        "S'il s'agit d'un autre envoi, donnez-lui le numéro suivant."
    )


class NightOutOfOrder(NightRefused):
    """A later night was applied, or this one's day is not after the last one's or is to come. Send it as the next."""

    code = "night-out-of-order"
    sentence_fr = (
        "Un envoi postérieur a déjà été appliqué, ou la date de celui-ci ne suit pas celle du dernier ou est à venir. "
        "Envoyez les nouveautés sous le numéro suivant."
    )


class NightAltered(NightRefused):
    """A file of the night is not the one that its manifest names: its SHA-256 is another. Send both anew."""

    code = "night-altered"
    sentence_fr = (
        "Un fichier de l'envoi n'est pas celui que nomme le bordereau : son empreinte SHA-256 diffère. "
        "Renvoyez les deux."
    )


class NightInfected(NightRefused):
    """A file of the night holds what the antivirus calls harmful. Nothing was applied: clean it, and send all anew."""

    code = "night-infected"
    sentence_fr = (
        "L'antivirus a trouvé du code nuisible dans un fichier de l'envoi : rien n'en a été appliqué. "
        "Assainissez-le, puis renvoyez tout."
    )


class NightDamaged(NightRefused):
    """A file of the night is cut short, is not packed as its name says, or holds an endless line. Export it again."""

    code = "night-damaged"
    sentence_fr = (
        "Un fichier de l'envoi est tronqué, n'est pas compressé comme son nom le dit, ou contient une ligne sans fin. "
        "Exportez-le de nouveau."
    )


class NightMiscounted(NightRefused):
    """The files of the night hold more or fewer lines or patients than its manifest says. Nothing of it was applied."""

    code = "night-miscounted"
    sentence_fr = (
        "Les fichiers de l'envoi ne contiennent pas le nombre de lignes ou de patients annoncé par le bordereau. "
        "Rien n'en a été appliqué."
    )


class NightRejected(NightRefused):
    """More lines of the night are wrong than may be: nothing of it was applied. Each of them is in the rejects."""

    code = "night-rejected"
    sentence_fr = (
        "Trop de lignes de l'envoi sont rejetées : rien n'en a été appliqué. "
        "Chacune figure dans le fichier des rejets, avec sa raison."
    )


class NightIncomplete(NightRefused):
    """Files of the night, or the night before it, have not come in for days. Send what is missing, and this anew."""

    code = "night-incomplete"
    sentence_fr = (
        "Des fichiers de l'envoi, ou l'envoi précédent, manquent depuis plusieurs jours. "
        "Envoyez ce qui manque, puis celui-ci sous un nouveau numéro d'émission."
    )


class NightUnclaimed(NightRefused):
    """No manifest has named this file of a night for days. Send its night's manifest, and the file again."""

    code = "night-unclaimed"
    sentence_fr = (
        "Aucun bordereau n'a nommé ce fichier depuis plusieurs jours. Envoyez le bordereau, et ce fichier de nouveau."
    )
