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

def asked(path, body=None, encoding="identity", tag=None):
    """Seconds to the first byte and to the last, bytes, status."""
    connection = http.client.HTTPConnection(url.hostname, url.port)
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
print("epochs, operators, rows:", sql("select count(*), count(distinct operator_id) from epochs, (select distinct operator_id from operators_metadata) as o group by ()") or sql("select count(*) from epochs"), sql("select count(*) from operator_share_prices"))
for name, (path, body, select) in WHOLE.items():
    for _ in range(2):
        asked(path, body); renew()
    firsts = []
    for _ in range(3):
        firsts.append(asked(path, body)); renew()
    first = min(firsts, key=lambda each: each[1])
    copy = copied(select)
    asked(path, body); time.sleep(8)
    plain = asked(path, body); packed = asked(path, body, "gzip")
    known = asked(path, body, tag=plain[4])
    print(f"{name}: COPY {copy:.2f} s, first answer {first[1]:.2f} s ({first[1] / copy:.2f} x), first byte {first[0] * 1e3:.0f} ms; "
          f"kept {plain[0] * 1e3:.0f} ms to the first byte, {plain[1]:.2f} s whole, packed {packed[0] * 1e3:.0f} ms, {packed[1]:.2f} s whole; "
          f"304 in {known[1] * 1e3:.1f} ms ({known[3]}); {plain[2] / 1e6:.1f} MB, packed {packed[2] / 1e6:.1f} MB", flush=True)

def percentiles(make, count=400):
    times = []
    for i in range(count):
        path, body = make(i)
        times.append(asked(path, body)[1])
    times = sorted(times[50:])
    return f"p50 {times[len(times) // 2] * 1e3:.1f} ms, p99 {times[int(len(times) * 0.99)] * 1e3:.1f} ms"

print("one epoch with its dictionary:", percentiles(lambda i: ("/graphql", json.dumps({"query": f"{{ epoch(number: {i * 7 % 3700}) {{ number totalStake operatorSharePrices }} }}"}))))
print("one operator's whole history:", percentiles(lambda i: ("/graphql", json.dumps({"query": f"{{ sharePrices(operatorIds: [{i * 2 % 900}]) {{ series {{ offset values }} }} }}"}))))
print("1,000 points of all operators:", f"{asked('/graphql', json.dumps({'query': '{ sharePrices(maxPoints: 1000) { epochs series { operatorId offset values } } }'}))[1]:.2f} s")
print(f"live heap {heap():.0f} MB, resident {int(memory()[1]) / 1e3:.0f} MB, at most {int(memory()[0]) / 1e3:.0f} MB")
print("tables:", sql("select string_agg(relname || ' ' || pg_size_pretty(pg_total_relation_size(oid)), ', ' order by pg_total_relation_size(oid) desc) from pg_class where relname in ('epochs', 'operator_shares', 'operator_share_prices', 'chain_share_prices', 'share_price_blocks', 'epoch_dictionaries')"))
