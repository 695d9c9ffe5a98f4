"""Our server and PostGraphile 5 on one database, document by document, turn by turn.

  race.py --ours PORT PID --theirs PORT PID --kept PORT PID --floor PORT PID --postmaster PID --rounds N --seconds S
  race.py --ours PORT PID --write DIR

The floor answers with the bytes that the second form writes into a directory. Prints a table in Markdown. Before anything is
timed, both answers to each document are compared field by field.
"""
import argparse, http.client, json, os, selectors, socket, statistics, sys, time
from pathlib import Path

from answers import differences

TICK = os.sysconf("SC_CLK_TCK")
HOME = Path(__file__).parent.parent
OURS, THEIRS = HOME / "docs/queries", HOME / "bench/postgraphile/queries"
CLIENTS = 4

def cpu(pids):
    """Seconds of CPU that each of these processes has used."""
    used = {}
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        used[pid] = (int(fields[11]) + int(fields[12])) / TICK
    return used

def since(before, pids):
    """Seconds of CPU since then; of a process that ended meanwhile none is known."""
    return sum(used - before.get(pid, 0) for pid, used in cpu(pids).items())

def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

def resident(pid):
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1e3

def sent(port, document):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/graphql", json.dumps({"query": document}), {"content-type": "application/json"})
    return connection.getresponse().read()

def answer(port, document):
    result = json.loads(sent(port, document))
    if result.get("errors"):
        sys.exit(f"port {port}: {json.dumps(result['errors'])[:500]}")
    return result["data"]

class Client:
    """One kept connection that asks the same again and again; nothing of the answer is read but its length."""

    def __init__(self, port, body, name):
        path = f"/graphql?{name}" if name else "/graphql"
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self.request = head.encode() + body
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self):
        self.asked, self.received, self.wanted = time.perf_counter(), bytearray(), None
        self.socket.sendall(self.request)

    def read(self):
        """Seconds that the answer took, once it is whole."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            sys.exit("the server closed the connection")
        self.received += piece
        if self.wanted is None:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = bytes(self.received[:end]).lower()
            if not head.startswith(b"http/1.1 200"):
                sys.exit(f"unexpected answer: {bytes(self.received[:400])}")
            length = head.find(b"content-length:")
            self.wanted = end + 4 + int(head[length + 15:].split(b"\r\n")[0]) if length >= 0 else -1
        done = len(self.received) >= self.wanted if self.wanted >= 0 else self.received.endswith(b"0\r\n\r\n")
        return time.perf_counter() - self.asked if done else None

def load(port, document, seconds, name=""):
    """Times of all answers within so many seconds, of the first ones when they take longer."""
    body = json.dumps({"query": document}).encode()
    times, ready = [], selectors.DefaultSelector()
    clients = [Client(port, body, name) for _ in range(CLIENTS)]
    for client in clients:
        client.ask()
        ready.register(client.socket, selectors.EVENT_READ, client)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or (not times and time.perf_counter() < until + 60):
        for key, _ in ready.select(1):
            took = key.data.read()
            if took is not None:
                times.append(took)
                key.data.ask()
    for client in clients:
        client.socket.close()
    return sorted(times)

def warm(port, pid, document, seconds):
    """Asks until a request costs no less than before: what compiles while it runs has settled then."""
    costs = []
    for _ in range(12):
        before = cpu([pid])
        count = max(1, len(load(port, document, seconds)))
        costs.append(since(before, [pid]) / count)
        if len(costs) > 3 and min(costs[-2:]) > 0.95 * min(costs[:-2]):
            return

def turn(port, pid, postmaster, document, seconds, name=""):
    """One server's turn: what a request cost."""
    before, start = cpu([pid, *children(postmaster)]), time.perf_counter()
    times = load(port, document, seconds, name)
    took, count = time.perf_counter() - start, max(1, len(times))
    return {
        "rate": len(times) / took,
        "p50": times[len(times) // 2] * 1e3,
        "p99": times[int(len(times) * 0.99)] * 1e3,
        "server": since(before, [pid]) / count * 1e3,
        "database": since(before, children(postmaster)) / count * 1e3,
    }

def spread(values, form="{:.1f}"):
    return " / ".join(form.format(each) for each in (min(values), statistics.median(values), max(values)))

def main():
    parser = argparse.ArgumentParser()
    for name in ("--ours", "--theirs", "--kept", "--floor"):
        parser.add_argument(name, nargs=2, type=int, metavar=("PORT", "PID"))
    parser.add_argument("--postmaster", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--documents", nargs="*")
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    names = given.documents or sorted(file.stem for file in THEIRS.glob("*.graphql"))
    documents = {name: [(folder / f"{name}.graphql").read_text() for folder in (OURS, THEIRS)] for name in names}
    if given.write:
        for name, (ours, _) in documents.items():
            (given.write / name).write_bytes(sent(given.ours[0], ours))
        return
    compared = {}
    for name, (ours, theirs) in documents.items():
        both, only, wrong, unknown = differences(answer(given.ours[0], ours), answer(given.theirs[0], theirs))
        if wrong or unknown:
            sys.exit(f"{name}: the answers differ: {wrong[:3]} {unknown[:3]}")
        compared[name] = (both, only)
    turns = {name: ([], []) for name in names}
    for name in names:
        for (port, pid), document in zip((given.ours, given.theirs), documents[name]):
            warm(port, pid, document, given.seconds)
    for number in range(given.rounds):
        for name in names:
            for place, (port, pid) in enumerate((given.ours, given.theirs)):
                load(port, documents[name][place], given.seconds / 4)
                turns[name][place].append(turn(port, pid, given.postmaster, documents[name][place], given.seconds))
        print(f"round {number + 1} of {given.rounds}", file=sys.stderr)
    kept, floor = {}, {}
    for name in names:
        warm(*given.kept, documents[name][0], given.seconds / 2)
        load(given.floor[0], documents[name][0], given.seconds, name)
        kept[name] = turn(*given.kept, given.postmaster, documents[name][0], given.seconds)
        floor[name] = turn(*given.floor, given.postmaster, documents[name][0], given.seconds, name)

    def middle(name, place, what):
        return statistics.median(each[what] for each in turns[name][place])

    def ratios(name, what, inverse=False):
        pairs = zip(*turns[name])
        return [(t[what] / max(o[what], 0.01) if inverse else o[what] / max(t[what], 0.01)) for o, t in pairs]

    print("| document | fields compared, only ours | requests/s, ours : theirs | × min / median / max | p50 ms | p99 ms "
          "| server CPU ms | theirs / ours, min / median / max | PostgreSQL CPU ms | theirs / ours | cached: requests/s, CPU ms | ready bytes over bare Netty: requests/s, CPU ms |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name in names:
        def pair(what, form="{:.1f}"):
            return " : ".join(form.format(middle(name, place, what)) for place in (0, 1))
        both, only = compared[name]
        print(f"| {name} | {both}, {only} | {pair('rate', '{:.0f}')} | {spread(ratios(name, 'rate'))} | {pair('p50')} | {pair('p99')} "
              f"| {pair('server', '{:.2f}')} | {spread(ratios(name, 'server', True))} | {pair('database', '{:.2f}')} "
              f"| {statistics.median(ratios(name, 'database', True)):.1f} | {kept[name]['rate']:.0f}, {kept[name]['server']:.2f} "
              f"| {floor[name]['rate']:.0f}, {floor[name]['server']:.2f} |")
    print(f"\nResident memory afterwards: ours {resident(given.ours[1]):.0f} MB, PostGraphile {resident(given.theirs[1]):.0f} MB.")

if __name__ == "__main__":
    main()
