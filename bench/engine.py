"""Measures three servers: the compiler (18301), the fallback engine (18302), cached responses (18303)."""
import http.client, json, os, subprocess, sys, time

PIDS = dict(zip((18301, 18302, 18303), map(int, sys.argv[1:])))
TICK = os.sysconf("SC_CLK_TCK")
ROWS = "{ strategies(first: %d) { nodes { address totalShares tvsUsd operatorCount delegatorCount rateStatus } } }"

def cpu(port):
    fields = open(f"/proc/{PIDS[port]}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK

def ask(connection, document):
    connection.request("POST", "/graphql", json.dumps({"query": document}), {"content-type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200 or b'"errors"' in body[-300:]:
        sys.exit(f"unexpected answer: {answer.status} {body[:300]} {body[-300:]}")
    return body

def measure(port, document, warm, count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    costs = []
    # warm up until a request costs no less than before, when JIT compilation has settled
    while len(costs) < 10 and (len(costs) < 4 or min(costs[-2:]) < 0.95 * min(costs[:-2])):
        begun = cpu(port)
        for _ in range(warm):
            body = ask(connection, document)
        costs.append(cpu(port) - begun)
    before, start = cpu(port), time.perf_counter()
    for _ in range(count):
        ask(connection, document)
    return (cpu(port) - before) / count * 1e3, (time.perf_counter() - start) / count * 1e3, body

def live_heap(port):
    for _ in range(2):  # what the first one finds that something still cleans up after, the second one collects
        subprocess.run(["jcmd", str(PIDS[port]), "GC.run"], check=True, stdout=subprocess.DEVNULL)
        time.sleep(0.5)
    histogram = subprocess.run(["jcmd", str(PIDS[port]), "GC.class_histogram"], check=True, capture_output=True, text=True).stdout
    return int(histogram.strip().rsplit("\n", 1)[-1].split()[2]) / 1e6

def live_heap_within(port, document):
    """Heap that lives while a long answer is half read."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    before = live_heap(port)
    connection.request("POST", "/graphql", json.dumps({"query": document}), {"content-type": "application/json"})
    answer = connection.getresponse()
    answer.read(1000)
    within = live_heap(port)
    answer.read()
    return within - before

print("| response | bytes | CPU | wall | CPU of graphql-java | × | CPU when cached | goal |")
print("|---|---|---|---|---|---|---|---|")
for name, document, warm, count, goal in (
    ("`{__typename}`", "{__typename}", 8000, 8000, "0.2 ms"),
    ("50 operators × 6 fields of a nested row", "{ operators(first: 50) { nodes { address state { tvsUsd tvsStatus activeDelegators activeAvsCount lastActivityAt } } } }", 1500, 500, ""),
    ("2,000 rows × 6", ROWS % 2000, 300, 200, "8 ms, 3 ms cached, 5 ×"),
    ("20,000 rows × 6", ROWS % 20000, 20, 15, "5 ×"),
    ("100,000 rows × 6", ROWS % 100000, 4, 5, "400 ms, 5 ×"),
):
    fast, wall, body = measure(18301, document, warm, count)
    slow, _, other = measure(18302, document, warm if warm < 100 else warm // 2, max(3, count // 3))
    kept, _, _ = measure(18303, document, warm if warm > 100 else 3, count)
    if body != other:
        sys.exit(f"the two engines differ on {name}")
    print(f"| {name} | {len(body):,} | {fast:.2f} ms | {wall:.2f} ms | {slow:.2f} ms | {slow / max(fast, 1e-9):.1f} | {kept:.2f} ms | {goal} |", flush=True)
print()
print(f"Heap in use while a response of 100,000 rows × 6 is half read: {live_heap_within(18301, ROWS % 100000):.0f} MB more "
      f"than before it (goal 50 MB), graphql-java's {live_heap_within(18302, ROWS % 100000):.0f} MB.")
