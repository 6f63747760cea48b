"""How much is looked at, held and remembered."""

from __future__ import annotations

SAMPLED_RECORDS = 200
SAMPLED_BYTES = 256 << 10
RECORD_BYTES = 1 << 20
BATCH_BYTES = 64 * RECORD_BYTES
CACHED = 200_000
