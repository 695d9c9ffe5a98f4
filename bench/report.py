"""Puts what stands on stdin between the markers of a section of docs/performance.md: report.py SECTION."""
import re, sys
from pathlib import Path

section = sys.argv[1]
file = Path(__file__).parent.parent / "docs/performance.md"
begin, end = f"<!-- {section} -->", f"<!-- /{section} -->"
text, output = file.read_text(), sys.stdin.read().strip()
if begin not in text:
    text = f"{text.rstrip()}\n\n{begin}\n{end}\n"
file.write_text(re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{output}\n{end}", text, flags=re.S))
print(output)
