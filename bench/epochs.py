"""First and kept answers of whole histories against PostgreSQL's own COPY from the tables they are read from."""
import http.client, json, subprocess, sys, time, urllib.parse

url, pid, database = urllib.parse.urlparse(sys.argv[1]), sys.argv[2], sys.argv[3:]

def sql(text):
    return subprocess.run(database + ["-c", text], capture_output=True, text=True, check=True).stdout.strip()

def copied(select):
    """Seconds of COPY TO STDOUT, read and dropped, the best of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(database + ["-c", f"copy ({select}) to stdout"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return min(times)

def asked(path, body=None, encoding="identity", tag=None, connection=None):
    """Seconds to the first byte and to the last, bytes, status."""
    connection = connection or http.client.HTTPConnection(url.hostname, url.port)
    headers = {"accept-encoding": encoding, "content-type": "application/json"}
    if tag:
        headers["if-none-match"] = tag
    start = time.perf_counter()
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    first = answer.read(1)
    at_first = time.perf_counter() - start
    size = len(first)
    while piece := answer.read(1 << 20):
        size += len(piece)
    return at_first, time.perf_counter() - start, size, answer.status, answer.getheader("etag")

def memory():
    with open(f"/proc/{pid}/status") as status:
        return [line.split()[1] for line in status if line.startswith(("VmRSS", "VmHWM"))]

def heap():
    """Live heap in MB, after a collection."""
    histogram = subprocess.run(["jcmd", pid, "GC.class_histogram"], capture_output=True, text=True).stdout
    total = [line for line in histogram.splitlines() if line.startswith("Total")]
    return int(total[0].split()[2]) / 1e6 if total else float("nan")

def renew():
    sql("update data_version set version = version + 1; update epochs set version = (select version from data_version) where epoch = (select max(epoch) from epochs)")
    time.sleep(4)  # the answer before is packed, and the version of now known

MATRIX = json.dumps({"query": "{ sharePrices { epochs series { operatorId offset values } } }"})
WHOLE = {
    "columnar GraphQL": ("/graphql", MATRIX, "select operator_id, first_epoch, stake_per_share from share_price_blocks order by operator_id, first_epoch"),
    "REST dictionary": ("/api/epochs?limit=all", None, "select epoch, end_block, \"timestamp\", total_stake, storage_fees, operator_stakes, d.rewards, operator_share_prices, operator_count from epochs join epoch_dictionaries as d using (epoch) order by epoch"),
    "CSV, both forms": ("/api/exports/share-prices.csv", None, "select operator_id, first_epoch, chain, stake_per_share from share_price_blocks order by first_epoch, operator_id"),
}
epochs, rows = sql("select count(*) from epochs"), sql("select count(*) from operator_share_prices")
print(f"{int(epochs):,} epochs, {int(rows):,} rows of operators. COPY is PostgreSQL's own copy of the same columns of the table that the server")
print("reads; COPY and first responses are the best of three, warm.")
print()
print("| whole history | COPY | first response | × (goal 1.5) | cached: first byte (goal 50 ms) | known ETag: 304 in | raw | compressed |")
print("|---|---|---|---|---|---|---|---|")
for name, (path, body, select) in WHOLE.items():
    for _ in range(3):
        asked(path, body); renew()
    firsts, copies = [], []
    for _ in range(3):
        firsts.append(asked(path, body)[1]); renew()
        copies.append(copied(select))
    asked(path, body); time.sleep(8)
    plain = asked(path, body); packed = asked(path, body, "gzip")
    known = asked(path, body, tag=plain[4])
    assert known[3] == 304, known
    print(f"| {name} | {min(copies):.2f} s | {min(firsts):.2f} s | {min(firsts) / min(copies):.2f} | {plain[0] * 1e3:.0f} ms | "
          f"{known[1] * 1e3:.1f} ms | {plain[2] / 1e6:.1f} MB | {packed[2] / 1e6:.1f} MB |", flush=True)

def percentiles(make, count=1_000):
    connection = http.client.HTTPConnection(url.hostname, url.port)
    medians, i = [], 0
    # warm up until responses are no faster than before, when JIT compilation has settled
    while len(medians) < 15 and (len(medians) < 4 or min(medians[-2:]) < 0.95 * min(medians[:-2])):
        times = []
        for i in range(i, i + count):
            path, body = make(i)
            times.append(asked(path, body, connection=connection)[1])
        times.sort()
        medians.append(times[count // 2])
    return f"p50 {times[count // 2] * 1e3:.1f} ms, p99 {times[int(count * 0.99)] * 1e3:.1f} ms"

EPOCH = "query Epoch($number: Int!) { epoch(number: $number) { number totalStake operatorSharePrices } }"
OPERATOR = "query History($ids: [Int!]) { sharePrices(operatorIds: $ids) { series { offset values } } }"
highest, operators = int(sql("select max(epoch) from epochs")), int(sql("select count(*) from operators_metadata"))
print()
print("| work | figure | goal |")
print("|---|---|---|")
print("| one epoch with its dictionary, one after another |", percentiles(lambda i: ("/graphql", json.dumps({"query": EPOCH, "variables": {"number": i * 7 % highest}}))), "| 10 ms |")
print("| one operator's whole history |", percentiles(lambda i: ("/graphql", json.dumps({"query": OPERATOR, "variables": {"ids": [i * 2 % operators]}}))), "| |")
print(f"| 1,000 points of all operators | {asked('/graphql', json.dumps({'query': '{ sharePrices(maxPoints: 1000) { epochs series { operatorId offset values } } }'}))[1]:.2f} s | |")
print(f"| live heap after these requests | {heap():.0f} MB | 100 MB |")
print(f"| resident memory, maximum | {int(memory()[0]) / 1e3:.0f} MB | |")
print()
print("Tables:", sql("select string_agg(relname || ' ' || pg_size_pretty(pg_total_relation_size(oid)), ', ' order by pg_total_relation_size(oid) desc) from pg_class where relname in ('epochs', 'operator_shares', 'operator_share_prices', 'chain_share_prices', 'share_price_blocks', 'epoch_dictionaries')") + ".")
