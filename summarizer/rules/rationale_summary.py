"""Why the reviewer decided so, in at most 35 words of the rationale's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemas import Outcome
from schemas.lengths import RATIONALE_SUMMARY_WORDS
from summarizer.document import Document, Span
from summarizer.folding import fold
from summarizer.reading import Found

_FEWEST = 6
"""A piece cut from a sentence holds at least so many words."""
_LEAD_IN = re.compile(
    r"""(?:
        (?:However|Additionally|Furthermore|Moreover|Also|Therefore|Thus|Further|Conversely|Specifically|Likewise
          |And|But|In\ addition|In\ this\ case|In\ this\ situation|In\ this\ instance|As\ such|Here|Besides|In\ fact
          |At\ present|For\ these\ reasons|Given\ the\ above|Overall|In\ short|Again|Secondly|First)
        (?:,\ ?|\ (?=(?:there|the|this|it|no|with|given)\b))
      | (?:Based\ on|Per|Within|In|After\ review\ of|Upon\ review\ of|After\ reviewing|On\ review\ of|From|Regarding)
        \ (?:the|this|these)\ [^,;.]{0,60}?
        (?:review|reviewed|submitted|provided|available|presented|documentation|records?|notes|claimant's\ case|case)
        [^,;.]{0,30}?,\ ?
      | (?:It\ is|It\ was)\ (?:also\ |further\ )?noted\ that\ (?:the\ )?(?=patient|claimant|injured|worker|applicant)
      | \d{1,2}[.)]\s+
      )+""",
    re.VERBOSE,
)
_TURN = re.compile(r"(?:;|,)\s*(?:therefore|thus|and therefore|so|as such|hence)\b.*$|\s+therefore\b.*necessary\W*$")
_ALSO = re.compile(r"\b(There (?:is|was|are|were)) also (?=[a-z])")
_TAIL = re.compile(
    r",?\s+(?:at this (?:time|point)|at this point in time|at the present time"
    r"|prior to (?:this|the) request(?:ed \w+)?|for review|provided for review|submitted for review)(?=[.,;]|$)"
    r"|\s+(?:to|which would|that would) (?:warrant|support|justify) (?:the need|the medical necessity|the request"
    r"|this request|this type|ongoing|continued|an? |surgical|topical|treatment)[^,;]*$"
)
_BOUNDARY = re.compile(
    r";\s|,\s(?=(?:and|but|which|who|so|yet|while|although|as|because|since|particularly)\s)"
    r"|\s(?=(?:but|because|although|while|whereas|which|particularly)\s)"
    r"|\s(?=and\s(?:cannot|can|is|are|was|were|has|have|had|does|do|did|will|would|there|the|no|not)\s)"
)
_OPENS_CLAUSE = re.compile(r"(?:Although|Though|While|Given|As|Since|Because|If|Despite|Without|Absent|Until|When)\b")
_LOOSE_END = re.compile(
    r"\b(?:and|or|but|the|a|an|of|to|for|with|without|in|on|by|as|that|which|is|was|no|not|such)$", re.IGNORECASE
)
_PLAIN = {
    Outcome.UPHELD: "The reviewer found the request not medically necessary.",
    Outcome.OVERTURNED: "The reviewer found the request medically necessary.",
    Outcome.MODIFIED: "The reviewer found part of the request medically necessary.",
}


def rationale_summary(document: Document, telling: Sequence[Span], outcome: Outcome) -> Found[str]:
    """A summary of at most 35 words made from the ``telling`` sentences, the most telling first.

    Whole sentences in text order as far as they fit, without lead-ins; a sentence too long for the
    limit is cut at the end of a clause. No word is changed, added or moved. Its evidence is the
    sentences it was made from.
    """
    kept: dict[Span, str] = {}
    room = RATIONALE_SUMMARY_WORDS
    for span in telling:
        plain = simplified(fold(span.of(document.text)))
        if any(plain == other for other in kept.values()):
            continue
        if len(plain.split()) > room:
            plain = _finished(_TAIL.sub("", plain))
        if len(plain.split()) > room and not kept:
            plain = _cut(plain, room)
        size = len(plain.split())
        if plain and size <= room:
            kept[span] = plain
            room -= size
    if not kept:
        return Found(_PLAIN[outcome], tuple(telling[:1]))
    spans = tuple(sorted(kept))
    return Found(" ".join(kept[span] for span in spans), spans)


def simplified(sentence: str) -> str:
    """``sentence`` without lead-ins and closing formula, with a capital first and a period last."""
    plain = _LEAD_IN.sub("", sentence, count=1) if _LEAD_IN.match(sentence) else sentence
    if " also " in plain:
        plain = _ALSO.sub(r"\1 ", plain)
    turned = _TURN.sub("", plain)
    if len(turned.split()) >= _FEWEST and not _OPENS_CLAUSE.match(turned):
        plain = turned
    return _finished(plain)


def _finished(piece: str) -> str:
    """``piece`` as a sentence, or nothing where it would end in the middle of a thought."""
    piece = piece.strip(" ,;:.")
    if not piece or _LOOSE_END.search(piece):
        return ""
    if piece.count("(") != piece.count(")") or piece.count('"') % 2:
        return ""
    mark = "" if piece.endswith(("?", "!", '."', ".'")) else "."
    return piece[0].upper() + piece[1:] + mark


def _cut(sentence: str, room: int) -> str:
    """The longest beginning of ``sentence`` that ends with a clause and has at most ``room`` words, else nothing."""
    if _OPENS_CLAUSE.match(sentence):
        comma = sentence.find(", ")
        main = _finished(sentence[comma + 2 :]) if comma > 0 else ""
        if not main:
            return ""
        return main if len(main.split()) <= room else _cut(main, room)
    best = ""
    for boundary in _BOUNDARY.finditer(sentence):
        piece = sentence[: boundary.start()]
        if len(piece.split()) > room:
            break
        if len(piece.split()) >= _FEWEST and _finished(piece):
            best = _finished(piece)
    return best
