"""Diagnoses: the conditions that the clinical case summary says the worker has or is treated for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.document import Document, Span
from summarizer.folding import comparable
from summarizer.reading import Found, verbatim
from summarizer.rules.condition_list import conditions_in
from summarizer.sentences import sentences
from summarizer.vocabulary.conditions import condition_words
from summarizer.vocabulary.pattern import Pattern

_CUE = Pattern(  # on text in lower case
    r"""
    \b (?:
      (?P<noun> diagnos[ei]s | dx (?= \s* : ) | (?: (?: diagnostic | clinical ) \s+ )? impressions?
        | assessments? (?= \s* : | \s+ includ ) )
      (?: ,? \s+ (?: and | or | and[/-]or ) \s+ (?: diagnos[ei]s | impressions? | assessments? ) ,? )?
      (?: \s* \( [^()]{1,40} \) )?
      (?: \s+ (?: currently | now | at | that | this | time | on \s+ [\d/-]+ | visit | was | were | is | are
            | has | have | had | been | be | listed | documented | noted | given | reported | stated | described | made
            | provided | identified | recorded | established | includ (?: e | es | ed | ing )
            | consist (?: s | ed | ing )?
            | of | as | to | the | following | having ) \b )* \s* [:;-]?
    | diagnosed \s+ (?: by \s+ [^,.]{1,40}? \s+ )?
      (?: with | as (?: \s+ (?: having | being | a \s+ case \s+ of ) )? | to \s+ have ) \b \s* :?
    | (?: being | been | is | was | be | currently | and ) \s+ (?: currently \s+ | also \s+ )? treated \s+ for \b \s* :?
    | (?: undergo (?: ing | es | ne ) | underwent | receiv (?: ing | es | ed ) | under | getting
        | continu (?: ing | es ) )
      \s+ (?: \w+ \s+ ){0,3}? (?: treatments? | care ) \s+ for \b \s* :?
    | presentation \s+ (?: is | was | remains ) \s+ (?: \w+ \s+ )? consistent \s+ with \b
    | (?<! not \s ) attributed \s+ to \b
    | (?P<history> medical \s+ history \s+ (?: is | was ) \s+
        (?: significant | notable | remarkable | positive ) \s+ for \b )
    )
    (?: \s+ (?: the \s+ )? following (?: \s+ (?: conditions | diagnoses ) )? \s* :? )?
    """,
    re.VERBOSE,
)
_NO_CUE = Pattern(
    r"\b(?:no|not|without|differential|rules?\s+out|confirm\w*|establish\w*|differentiat\w*|clarify|support\w*|any|new"
    r"|absence\s+of|lack\s+of)\s+(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)
_OPENS_LIST = Pattern(
    r"(?::|;|-|\b(?:of|as|is|are|was|were|includ(?:e|es|ed|ing)|following|having))\s*\Z", re.IGNORECASE
)
_STOP = Pattern(
    r"""
    [,;]? \s+ (?: and \s+ )? \b (?:
        who | which | that | whose | where | when | while | because | since | although | though | but | however
      | (?: the | this ) \s+ (?: injured | patient | claimant | applicant | employee | worker | provider | physician
            | request | treat\w+ | claims )
      | he | she | it | they | (?<= [,;] \s ) (?: his | her | there )
      | (?: has | have | had | is | was | were | are | been ) (?= \s )
      | report(?:s|ed) | noted | presents | presented | underwent | received | continues | remains | denie[sd] | states
      | according | per | based | pursuant | via
      | with \s+ (?: complaints? | a \s+ request | (?: \w+ \s+ )? (?: treatment | therapy | care ) | medications? | no
            | ongoing \s+ complaints )
      | treatment | treated | for \s+ which | during
      | on \s+ (?: the | this ) \s+ (?: date | day | last | same | basis | initial | most | visit )
      | (?: after | following ) \s+ (?: an? | the | being )
      | reportedly | apparently | for \s+ (?: the | this ) \s+ (?: injur\w* | date ) | at \s+ issue
      | (?: ordered | prescribed | placed | recommended | advised )
    ) (?! \w )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ALONG_WITH = Pattern(
    r"[\s,]*(?:was|were)\s+(?:made|given|established|confirmed|recorded)\b[^.;,]{0,40},?\s+"
    r"(?:along\s+with|together\s+with|as\s+well\s+as|as\s+(?:was|were))\s+"
)
"""After a diagnosis that ``was made``: more of them."""
_PAST_CARE = Pattern(
    r"surger|\w(?:ectomy|otomy|plasty|desis|scopy)\b|\b(?:fusion|repair|reconstruction|release|fixation|injur(?:y|ies)|smok\w+|tobacco)\b",
    re.IGNORECASE,
)
_HAS = Pattern(
    r"\b(?:he|she|worker|patient|applicant|claimant|employee)\s+has\s+(?=(?P<first>[^,.;]{3,80}))", re.IGNORECASE
)
_NO_DISEASE = Pattern(
    r"\b(?:an?\s+(?:history|positive|normal)|no|not|had|been|pains?|aches?|headaches?|numbness|tingling|weakness|stiffness|tenderness"
    r"|swelling|spasms?|complaints?|difficult\w+|loss|fatigue|injur(?:y|ies)|discomfort|symptoms?)\b",
    re.IGNORECASE,
)
_NUMBERED = Pattern(r"\s*[(#]?1[.)]")
_NEXT_NUMBER = Pattern(r"[(#]?\d{1,2}[.)]\s")
_LONGEST_LIST = 2500
"""Characters after a cue in which its list must end; letters' longest lists are about half of it."""
_USUAL_LIST = 500
"""Characters in which most lists end; looked at first because it is quicker."""
_LONGEST_FRAGMENT = 6
"""Words of a sentence that is nothing but one more diagnosis."""
_VERB = Pattern(
    r":|\b(?:is|was|are|were|has|have|had|no|not|show\w*|report\w*|complain\w*|den(?:y|ies|ied)|noted?|reveal\w*|rated?)\b"
)
_LINKING = Pattern(r"\b(?:of|to|the|in|at|a|an|on)\b")
_IN_PASSING = Pattern(  # on text in lower case
    r"""
    (?: follow [-\s]* up (?: \s+ visit )? | therapy ) \s+ for \s+ (?P<treated> (?: an? | his | her ) \s+ [^,;.()]+ )
    | \b for \s+ (?: his | her ) \s+ (?P<noun> \w+ )
    | \b (?: worker | patient | applicant | claimant | employee | he | she ) \s+ (?: is | was ) \s+ (?P<adjective> \w+ )
    """,
    re.VERBOSE,
)
_PASSING_STOP = Pattern(
    r"\s+(?:and\s+(?:an?\s+)?(?=MRI|CT|x-ray|EMG|request)|due\b|because\b|since\b|on\b|with\b|that\b|which\b|as\b)",
    re.IGNORECASE,
)
_IMAGING = Pattern(
    r"\b(?:imaging|MRI|magnetic\s+resonance\s+imaging|x-?rays?|radiographs?|CT(?:\s+scan)?"
    r"|arthrogram|ultrasound|studies)\b[^.;]{0,120}?"
    r"\b(?:notable\s+for|show(?:ed|s|ing)|reveal(?:ed|s|ing)|demonstrat(?:ed|es|ing))\b(?:\s+evidence\s+of)?",
    re.IGNORECASE,
)


def diagnoses_of(document: Document, clinical_summary: Span) -> tuple[Found[str], ...]:
    """The diagnoses that the clinical case summary gives, verbatim, in order of first mention, each once.

    Rule: codebook, ``diagnoses``. An imaging finding counts only where no diagnosis is given at
    all, and what the worker plainly "has" comes before that. Empty where the summary gives none.
    """
    text = document.text
    lowered = _lowered(text[: clinical_summary.end])
    spans = [*_listed(text, lowered, clinical_summary), *_in_passing(text, lowered, clinical_summary)]
    if not spans:
        spans = list(_had(text, clinical_summary))
    if not spans:
        spans = list(_on_imaging(text, clinical_summary))
    found: dict[str, Found[str]] = {}
    for span in sorted(spans):
        diagnosis = verbatim(document, span)
        found.setdefault(_sameness(diagnosis.value), diagnosis)
    return tuple(found.values())


def _lowered(text: str) -> str:
    """``text`` in lower case with every character in its place, which is quicker to search than ignoring case."""
    return text.replace("\u0130", "I").lower()


def _sameness(diagnosis: str) -> str:
    """What two wordings of one condition have in common: "contusion to the knee", "contusion of the knee"."""
    return " ".join(_LINKING.sub(" ", comparable(diagnosis).lower()).split())


def _listed(text: str, lowered: str, summary: Span) -> Iterator[Span]:
    """Conditions that stand in a list of diagnoses or of what the worker is treated for."""
    past = summary.start
    for cue in _CUE.finditer(lowered, summary.start, summary.end):
        if cue.start() >= past and _introduces(text, cue, summary.start):
            listing = _listing(text, Span(cue.end(), summary.end))
            past = listing.end
            found = conditions_in(text, listing)
            yield from (span for span in found if not (cue["history"] and _PAST_CARE.search(text, *span)))
            if more := _ALONG_WITH.match(text, past, summary.end):
                listing = _listing(text, Span(more.end(), summary.end))
                past = listing.end
                yield from conditions_in(text, listing)
            if cue[0].endswith(":"):
                for fragment in _fragments(text, Span(past, min(summary.end, past + _USUAL_LIST))):
                    past = fragment.end
                    yield from conditions_in(text, fragment)


def _introduces(text: str, cue: re.Match[str], start: int) -> bool:
    """Whether the words of ``cue`` open a list and are not denied, asked for or in doubt."""
    if _NO_CUE.search(text, max(start, cue.start() - 40), cue.start()):
        return False
    return not cue["noun"] or bool(_OPENS_LIST.search(text, cue.start(), cue.end()))


def _listing(text: str, rest: Span) -> Span:
    """The list that begins at ``rest``: to the end of its sentence or to the clause that leaves it."""
    numbered = _NUMBERED.match(text, rest.start, rest.end)
    reach = _LONGEST_LIST if numbered else _USUAL_LIST
    pieces = sentences(text, Span(rest.start, min(rest.end, rest.start + reach)))
    if len(pieces) == 1 and reach == _USUAL_LIST:
        pieces = sentences(text, Span(rest.start, min(rest.end, rest.start + _LONGEST_LIST)))
    if not pieces:
        return Span(rest.start, rest.start)
    end = pieces[0].end
    if numbered:
        for piece in pieces[1:]:
            if not _NEXT_NUMBER.match(text, piece.start):
                break
            end = piece.end
    stop = _STOP.search(text, rest.start, end)
    return Span(rest.start, stop.start() if stop else end)


def _fragments(text: str, rest: Span) -> Iterator[Span]:
    """The sentences right after a list with a colon that go on with it: few words, a condition, no verb."""
    known = condition_words()
    for piece in sentences(text, rest):
        words = piece.of(text).lower().rstrip(".").split()
        if len(words) > _LONGEST_FRAGMENT or not known.names_condition(words[-1]) or _VERB.search(" ".join(words)):
            break
        yield piece


def _in_passing(text: str, lowered: str, summary: Span) -> Iterator[Span]:
    """Conditions named as what a visit, a therapy or a drug is for, or said of the worker by an adjective."""
    known = condition_words()
    for mention in _IN_PASSING.finditer(lowered, summary.start, summary.end):
        if mention["treated"]:
            start, end = mention.span("treated")
            stop = _PASSING_STOP.search(text, start, end)
            spans = conditions_in(text, Span(start, stop.start() if stop else end))
            yield from (span for span in spans if any(map(known.names_condition, span.of(text).lower().split())))
        elif mention["noun"] and mention["noun"] in known.alone:
            yield Span(*mention.span("noun"))
        elif mention["adjective"] and mention["adjective"] in known.adjectives:
            yield Span(*mention.span("adjective"))


def _had(text: str, summary: Span) -> Iterator[Span]:
    """Conditions of a list that begins with a disease the worker "has"; a symptom alone is none."""
    known = condition_words()
    for mention in _HAS.finditer(text, *summary):
        words = mention["first"].lower().split()
        if any(map(known.names_condition, words)) and not _NO_DISEASE.search(mention["first"]):
            yield from conditions_in(text, _listing(text, Span(mention.end(), summary.end)))


def _on_imaging(text: str, summary: Span) -> Iterator[Span]:
    """Conditions that imaging showed."""
    known = condition_words()
    for report in _IMAGING.finditer(text, summary.start, summary.end):
        for span in conditions_in(text, _listing(text, Span(report.end(), summary.end))):
            words = span.of(text).lower().split()
            if words[0] not in ("no", "normal", "without") and any(map(known.names_condition, words)):
                yield span
