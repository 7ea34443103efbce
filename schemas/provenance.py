"""What a Determination says about itself: source, evidence, doubts and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.geometry import Box
from schemas.taxonomy import MistakeKind, Origin, ReviewCode, Status, TextFrom

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Frozen(BaseModel):
    """Base of every part of a Determination: immutable, no unknown fields.

    A field's description in the JSON Schema is its attribute docstring. Validators are built when
    first used: most runs need only those of a whole Determination.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe every field when a JSON Schema is made.

        Pydantic's ``use_attribute_docstrings`` would parse the sources at each import, which
        costs more than the rest of the import.
        """
        from schemas.docstrings import attribute_docstrings

        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, words in attribute_docstrings(cls).items():
            if name in properties:
                properties[name].setdefault("description", words)
        return schema


class Evidence(Frozen):
    """The place a value was read from."""

    start: Annotated[int, Field(ge=0)]
    """First character, a code-point offset into the document's text, from 0."""
    end: Annotated[int, Field(ge=0)]
    """One past the last character."""
    page: Annotated[int, Field(ge=1)] | None = None
    """Page from 1; null where the document has no pages."""
    boxes: tuple[Box, ...] = ()
    """One box a printed line; empty where the document has no pages."""


class FieldProvenance(Frozen):
    """Who read a field, how well it is proven and where it stands."""

    origin: Origin
    """Rules or model."""
    model: str | None = None
    """Model name, where a model read it."""
    prompt: str | None = None
    """Prompt name and version, such as ``read_determination@v1``, where a model read it."""
    status: Status
    """How well it is proven."""
    evidence: tuple[Evidence, ...] = ()
    """The places, in reading order; a passage that crosses a page has one for each page."""


class ReviewFlag(Frozen):
    """One reason why a person should look."""

    code: ReviewCode
    """What kind of doubt it is."""
    field: str | None = None
    """Path of the field in doubt, such as ``items[0].rationale``; null where it is the whole letter."""
    message: str
    """One sentence for a claims examiner: what is doubtful and what to check."""
    evidence: tuple[Evidence, ...] = ()
    """The places to look at; of a possible mistake of fact both sides, in reading order."""
    kind: MistakeKind | None = None
    """Of a possible mistake of fact, what the passages contradict each other about."""
    material: bool | None = None
    """Of a possible mistake of fact, whether the decision leans on the doubtful fact."""


class DocumentInfo(Frozen):
    """Where a Determination was read from."""

    source: str
    """File name or ``<stdin>``, ``<data>``, ``<text>``; never a folder of this machine."""
    sha256: str
    """SHA-256 of the bytes given, in hexadecimal."""
    pages: int | None = None
    """Number of pages; null where the document has none."""
    layout: str | None = None
    """Name of the form that it was read as."""
    text_from: TextFrom
    """Where its text came from."""


class Usage(Frozen):
    """What a reading cost, failed attempts included."""

    requests: int = 0
    """Requests sent."""
    input_tokens: int = 0
    """Tokens sent, cached ones included."""
    cached_input_tokens: int = 0
    """Tokens sent that the provider had cached."""
    output_tokens: int = 0
    """Tokens received."""
    cost_usd: float | None = 0.0
    """Dollars; null where the price is unknown, never 0 for unknown."""
    seconds: float = 0.0
    """Wall-clock seconds."""
