"""Sections: a mention and seven kinds of care, each a table for people and an entry an act for machines (CNAM-HR)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from documents.care import Care, History, Section
from pipelines.reimbursing.entries import NONE_WRITERS, WRITERS
from pipelines.reimbursing.markup import day_fr, escaped

#: What a section says that holds nothing.
NOTHING: Final = "Aucune donnée de remboursement connue dans la période"

_LOINC: Final = "2.16.840.1.113883.6.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a section is shown."""

    title: str
    #: LOINC code and its name.
    code: str
    name: str
    #: LOINC code and name by which sections of one code are told apart, if it is one of those.
    apart: tuple[str, str] | None = None
    #: Identifiers of the templates that it follows.
    templates: tuple[str, ...]
    #: Heads of the columns, the first one over the day.
    heads: tuple[str, ...]
    #: The cells of an act, the label apart, in their order: what is None is the label.
    cells: Callable[[Care], tuple[str | None, ...]]
    #: How the lines are called, and the text of a section without any.
    line: str
    empty: str


def _product(care: Care) -> tuple[str | None, ...]:
    return (
        _said(care.atc),
        "",
        "",
        _said(care.prescriber),
        _said(care.establishment),
        _said(care.performer),
        _many(care),
    )


_PRESCRIBED: Final = ("Prescrit par", "Spécialité du prescripteur", "Établissement du prescripteur", "Délivré par")


def _acts(title: str, *, apart: tuple[str, str], line: str, empty: str) -> Form:
    """Return the form of a section of acts: three share a code, and are told apart by another."""
    return Form(
        title=title,
        code="29554-3",
        name="Actes",
        apart=apart,
        templates=("1.3.6.1.4.1.19376.1.5.3.1.1.13.2.11", "1.2.250.1.213.1.1.2.118"),
        heads=(
            "Date de l'acte",
            "Code de l'acte",
            "Libellé de l'acte",
            "Réalisé par",
            "Spécialité du prescripteur",
            "Établissement",
        ),
        cells=lambda care: (
            escaped(care.code),
            None,
            _said(care.performer),
            _said(care.prescriber),
            _said(care.establishment),
        ),
        line=line,
        empty=empty,
    )


FORMS: Final[Mapping[Section, Form]] = MappingProxyType(
    {
        Section.MEDICINES: Form(
            title="Médicaments",
            code="10160-0",
            name="Médication administrée",
            templates=("2.16.840.1.113883.10.20.1.8", "1.3.6.1.4.1.19376.1.5.3.1.3.19", "1.2.250.1.213.1.1.2.143"),
            heads=(
                "Date de délivrance",
                "Libellé du médicament",
                "Groupe thérapeutique",
                "Composants actifs du médicament",
                *_PRESCRIBED,
                "Quantité délivrée",
            ),
            cells=lambda care: (None, *_product(care)),
            line="MED",
            empty="NO-TREATMENT",
        ),
        Section.VACCINATIONS: Form(
            title="Vaccinations",
            code="11369-6",
            name="Historique des vaccinations",
            templates=("2.16.840.1.113883.10.20.1.6", "1.3.6.1.4.1.19376.1.5.3.1.3.23", "1.2.250.1.213.1.1.2.147"),
            heads=("Date de délivrance", "Libellé du vaccin", "Valence vaccinale", *_PRESCRIBED),
            cells=lambda care: (None, _said(care.atc), *_product(care)[2:-1]),
            line="vaccin",
            empty="NO-VACCIN",
        ),
        Section.DEVICES: Form(
            title="Dispositifs médicaux",
            code="46264-8",
            name="Dispositifs médicaux",
            templates=(
                "2.16.840.1.11383.10.20.1.7",
                "1.3.6.1.4.1.19376.1.5.3.1.1.5.3.5",
                "1.2.250.1.213.1.1.2.1",
            ),
            heads=("Date de délivrance", "Libellé du dispositif médical", *_PRESCRIBED, "Quantité délivrée"),
            cells=lambda care: (None, *_product(care)[2:]),
            line="DM",
            empty="NO-DM",
        ),
        Section.STAYS: Form(
            title="Hospitalisations",
            code="46240-8",
            name="Historique des rencontres",
            templates=("2.16.840.1.113883.10.20.1.3", "1.3.6.1.4.1.19376.1.5.3.1.1.5.3.3", "1.2.250.1.213.1.1.2.76"),
            heads=("Période du séjour", "Nature du séjour", "Lieu du séjour"),
            cells=lambda care: (None, _said(care.establishment or care.performer)),
            line="HOSP",
            empty="NO-ENCOUNTER",
        ),
        Section.CARE: _acts(
            "Soins médicaux et dentaires", apart=("67803-7", "Liste des actes"), line="ACTE", empty="NO-ACT-MED"
        ),
        Section.RADIOLOGY: _acts("Radiologie", apart=("18726-0", "Radiologie"), line="RAD", empty="NO-ACT-RAD"),
        Section.BIOLOGY: _acts("Biologie", apart=("26436-6", "Biologie"), line="BIO", empty="NO-ACT-BIO"),
    }
)


def body(history: History, set_id: str, *, entries: bool) -> str:
    """Return the structured body: every section of the model, whether or not it holds anything.

    Args:
        history: The care.
        set_id: What all editions are called: under this root, an act is identified by what its insurer calls it.
        entries: Whether to say it for machines too, as a document must; most of its bytes say nothing to people.
    """
    by_section: dict[Section, list[Care]] = {section: [] for section in Section}
    for care in history.cares:
        by_section[care.section].append(care)
    shown = "".join(_section(section, by_section[section], set_id, entries=entries) for section in Section)
    return f"<component><structuredBody>{_mention(history)}{shown}</structuredBody></component>"


def _section(section: Section, cares: Sequence[Care], set_id: str, *, entries: bool) -> str:
    """Return a section, the newest care first, as people look for it."""
    form = FORMS[section]
    if not cares:
        entry = NONE_WRITERS[section](form.empty, _identifier(form.empty, set_id))
        said = f"<entry>{entry}</entry>" if entries else ""
        return _framed(form, f'<text ID="{form.empty}">{NOTHING}</text>{said}')
    lines = [(care, f"{form.line}{number:03d}") for number, care in enumerate(reversed(cares), 1)]
    rows = "".join(_row(form, care, line) for care, line in lines)
    heads = "".join(f"<th>{head}</th>" for head in form.heads)
    text = f'<text><table border="0"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></text>'
    if not entries:
        return _framed(form, text)
    write = WRITERS[section]
    acts = (f"<entry>{write(care, line, _identifier(care.reference, set_id))}</entry>" for care, line in lines)
    return _framed(form, text + "".join(acts))


def _framed(form: Form, content: str) -> str:
    templates = "".join(f'<templateId root="{root}"/>' for root in form.templates)
    return (
        f'<component><section>{templates}<id nullFlavor="UNK"/>{_code(form)}'
        f"<title>{form.title}</title>{content}</section></component>"
    )


def _code(form: Form) -> str:
    start = f'<code code="{form.code}" displayName="{form.name}" codeSystem="{_LOINC}" codeSystemName="LOINC"'
    if form.apart is None:
        return f"{start}/>"
    code, name = form.apart
    return f'{start}><translation code="{code}" displayName="{name}" codeSystem="{_LOINC}"/></code>'


def _row(form: Form, care: Care, line: str) -> str:
    label = f'<content ID="{line}">{escaped(care.label)}</content>'
    cells: Iterable[str] = (label if cell is None else cell for cell in form.cells(care))
    return f"<tr><td>{_when(care)}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _when(care: Care) -> str:
    if care.section is not Section.STAYS:
        return day_fr(care.day)
    if care.until is None or care.until == care.day:
        return f"le {day_fr(care.day)}"
    return f"du {day_fr(care.day)} au {day_fr(care.until)}"


def _mention(history: History) -> str:
    period = f"du {day_fr(history.first)} au {day_fr(history.last)}"
    return (
        '<component><section><templateId root="2.16.840.1.113883.10.12.201"/>'
        '<templateId root="1.3.6.1.4.1.19376.1.4.1.2.16"/><templateId root="1.2.250.1.213.1.1.2.73"/>'
        f'<code code="55112-7" displayName="Commentaire sur le document" codeSystem="{_LOINC}" codeSystemName="LOINC"/>'
        '<title>Usage et Responsabilités</title><text ID="mention">'
        f"Ces données viennent des remboursements et prises en charge connus de l'Assurance Maladie, {period}."
        "<br/>Elles informent sans garantie d'être complètes, notamment si la situation administrative a changé."
        "<br/>Qui les consulte reste seul responsable de ce qu'il en conclut ou en décide."
        "</text></section></component>"
    )


def _identifier(reference: str, set_id: str) -> str:
    return f'<id root="{set_id}" extension="{escaped(reference)}"/>'


def _said(text: str | None) -> str:
    return escaped(text) if text else ""


def _many(care: Care) -> str:
    return "" if care.quantity is None else str(care.quantity)
