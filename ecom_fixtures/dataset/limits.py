"""How large a dataset's files may be: far above what people write, far below what would hang or fill a machine."""

from __future__ import annotations

# Bytes of any file, and of one that is read as text or YAML.
MAX_FILE = 20_000_000
MAX_TEXT_FILE = 1_000_000
# Values in one YAML file, its keys, lists and mappings among them; the largest built-in file has 1,554.
MAX_VALUES = 50_000
# Lists and mappings inside one another.
MAX_DEPTH = 30
# Characters of one text, and of one key.
MAX_TEXT = 20_000
MAX_KEY = 100
# Digits of one number: as many as a float keeps.
MAX_DIGITS = 15
