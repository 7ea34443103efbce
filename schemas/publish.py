"""The published JSON Schema of a Determination, for whoever reads the data in another language."""

from __future__ import annotations

import json
from pathlib import Path

from schemas.determination import SCHEMA_VERSION, Determination

PUBLISHED = Path(__file__).with_name("determination.schema.json")
"""Where the published copy lies; ``make schema`` writes it, a test holds it in step with the models."""


def json_schema() -> str:
    """The JSON Schema (draft 2020-12) of a Determination as indented JSON, line feed at the end."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"IMR determination, schema version {SCHEMA_VERSION}",
        **Determination.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(json_schema(), encoding="utf-8")
