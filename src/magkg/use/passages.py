"""A passage as a reader needs it: where it stands and, with the source at hand, what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from magkg.claims.passage import FoldedText, Marks, judge, whole_digest
from magkg.claims.sources import SourceTexts
from magkg.use.describe import Description, text
from magkg.vocabulary import MAG, OA
