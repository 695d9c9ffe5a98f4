"""Makes tables of the sizes (CSV on stdin) and of the plans of documents: growth.py OPERATORS PLANS."""
import csv, re, sys
from pathlib import Path

operators, plans = int(sys.argv[1]), Path(sys.argv[2])
rows = list(csv.DictReader(sys.stdin))
print("| table | partitions | rows | MB |\n|---|---|---|---|")
for row in rows:
    print(f"| {row['name']} | {row['partitions']} | {row['rows']} | {row['megabytes']} |")
print(f"| sum | | {sum(int(row['rows']) for row in rows)} | {sum(float(row['megabytes']) for row in rows):.0f} |")
print("\n| document | top of the plan | pages read, hit | planning ms | execution ms |\n|---|---|---|---|---|")
for file in sorted(plans.glob("*.txt")):
    text = file.read_text()
    # the buffers of the first node are those of all
    buffers = re.search(r"Buffers: ([^\n]*)", text)
    counts = dict(re.findall(r"(hit|read)=(\d+)", buffers[1])) if buffers else {}
    def number(name):
        found = re.search(rf"{name} Time: ([\d.]+) ms", text)
        return f"{float(found[1]):.1f}" if found else ""
    top = re.sub(r"\s*\(actual.*", "", text.splitlines()[0]).strip()
    print(f"| {file.stem} | `{top}` | {counts.get('read', 0)}, {counts.get('hit', 0)} | {number('Planning')} | {number('Execution')} |")
