"""Compares the answers of two servers to the same question, field by field.

The nearest equivalent of a document names its fields after ours by aliases. An object called `state` or `pipeline`, or by an alias
with `_` in front, stands for its fields, one that holds nothing but an address for that address; a list in `_list`, or as JSON in a text,
for itself. Operator sets are found by their number, in whatever order they come. Cursors are each server's own; names that begin with `unmatched` are asked for
and not compared, where order or extent differ. What the other cannot
tell is left out there and counted here; what both tell has to be equal.
"""
import json, re
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

SKIPPED = {"cursor", "endCursor", "startCursor", "id"}
THROUGH = {"state", "pipeline"}

def value(raw):
    """One value whatever its form: numbers as numbers or text, instants in any zone, enums in any case of theirs."""
    if isinstance(raw, bool) or raw is None:
        return raw
    text = str(raw)
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        pass
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return datetime.fromisoformat(text).astimezone(timezone.utc)
    return text

def array(text):
    """The items of a JSON array in a text; None when the text is none."""
    try:
        return json.loads(text) if text.startswith("[") else None
    except ValueError:
        return None

def leaves(node, path=()):
    if isinstance(node, dict):
        if set(node) in ({"_list"}, {"address"}):
            yield from leaves(*node.values(), path)
            return
        for name, child in node.items():
            if name not in SKIPPED and not name.startswith("unmatched"):
                yield from leaves(child, path if name in THROUGH or name.startswith("_") else path + (name,))
    elif isinstance(node, list):
        for place, child in enumerate(node):
            known = child.get("number", place) if isinstance(child, dict) else place
            yield from leaves(child, path + (known,))
    elif isinstance(node, str) and (items := array(node)) is not None:
        yield from leaves(items, path)
    else:
        yield path, value(node)

def differences(ours, theirs):
    """How many fields both tell, how many only ours tells, and what differs."""
    ours, theirs = dict(leaves(ours)), dict(leaves(theirs))
    wrong = [(path, ours[path], theirs[path]) for path in theirs if path in ours and ours[path] != theirs[path]]
    # a null object equals an object of nulls
    unknown = [path for path, held in theirs.items() if path not in ours and held is not None]
    both = [path for path in theirs if path in ours]
    return len(both), len(set(ours) - set(theirs)), wrong, unknown
