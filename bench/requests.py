#!/usr/bin/env python3
"""Requests a second and latency of one GraphQL document over one kept connection a client, four clients."""
import http.client, json, sys, threading, time, urllib.parse

url = urllib.parse.urlparse(sys.argv[1])
body = json.dumps({"query": "{ operators(first: 50) { nodes { address metadata { name } "
                            "state { totalTvs tvsStatus activeDelegators activeAvsCount } } pageInfo { endCursor } } }"})
WARM, SECONDS, CLIENTS = 4, 8, 4
times, lock = [], threading.Lock()

def client(until, record):
    connection = http.client.HTTPConnection(url.hostname, url.port)
    mine = []
    while time.perf_counter() < until:
        start = time.perf_counter()
        connection.request("POST", url.path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 200 or b'"errors"' in data:
            sys.exit(f"unexpected answer: {answer.status} {data[:200]}")
        mine.append(time.perf_counter() - start)
    if record:
        with lock:
            times.extend(mine)

for seconds, record in ((WARM, False), (SECONDS, True)):
    until = time.perf_counter() + seconds
    clients = [threading.Thread(target=client, args=(until, record)) for _ in range(CLIENTS)]
    [c.start() for c in clients]; [c.join() for c in clients]
times.sort()
print(f"{len(times) / SECONDS:.0f} requests/s, p50 {times[len(times) // 2] * 1e3:.1f} ms, "
      f"p99 {times[int(len(times) * 0.99)] * 1e3:.1f} ms, {CLIENTS} clients beside the server")
