"""Turn raw logs into the rows that the model of this package was trained on.

    from featurizer import Featurizer

    featurizer = Featurizer("feature_set.json")
    names, matrix, samples = featurizer.features_from_file("router.log")  # or features_from_lines([...])

Needs numpy and the standard library. `feature_set.json` holds everything that was fitted; every value equals
the training program's to 1e-9, row by row. How a row comes about:

1. Framing. Bytes (UTF-8, UTF-16 or, by the line, Windows-1252, also in gzip, bzip2, xz, ZIP or tar) become
   records: lines, rows of tables, elements of JSON or XML documents. Lines that do not begin a record belong
   to the one before them.
2. Reading. A record becomes timestamp, host, level, process, pid, message, id and attributes, by the grammar
   that the feature set holds. Nothing is guessed here: of several grammars a file is read by the one that
   reads most of its first 200 records, the first of equals. Times without an offset are on the clock of the
   feature set; a time without a year is in the one that the grammar says, or in the latest that does not put
   it more than a day after `now`. A record that cannot be read is rejected and listed with the reason; when
   these are more than the feature set allows, the logs are refused.
3. Order. Records are sorted by timestamp, host, level, process, pid, message, attributes, id, file and
   number, absent values last. Of equal records that have an id the first is kept, and of equal files, too;
   equal records without an id are as many events.
4. Samples: one row per record, per window of time, per session (records with the same key), or per row of a
   table. Their features depend on their own records, on what was fitted, and on the earlier records that they
   look back at. The messages' templates are those of the feature set: nothing is learned here.

All records of a call are in memory together, because they are sorted and look back at each other.
"""

from .api import VERSION, Featurizer
from .errors import FormatError
from .features.events import EVENTS
from .levels import LEVELS
from .records import Reject, Samples

__all__ = ["EVENTS", "LEVELS", "VERSION", "Featurizer", "FormatError", "Reject", "Samples"]
