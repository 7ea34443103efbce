"""What the arguments of a backfill name, as a stream of inputs; and the bytes of one, wherever it is."""

from summarizer.backfill.inputs.addresses import shown
from summarizer.backfill.inputs.listing import list_inputs
from summarizer.backfill.inputs.opening import read_bytes

__all__ = ["list_inputs", "read_bytes", "shown"]
