"""What the statement of each document of docs/queries costs PostgreSQL without our server: the floor of a request.

  statements.py PORT DATA_DIR [DOCUMENT ...] [--plans DIR]

A DOCUMENT may have variables: network-history?from=2025-01-17. PORT is a server without cached answers (OPERATOR_ANALYTICS_API_ANSWER_CACHE_MB=0), DATA_DIR that of the embedded
PostgreSQL it reads, whose owner may log statements. Each document is sent once; its first statement is taken from PostgreSQL's
log, prepared in one session (psql) and executed again and again with the same parameters and a reused plan. Prints the CPU of
that session's backend: first execution with planning, and the least mean of four rounds. Needs psql.
"""
import argparse, http.client, json, re, subprocess, time, urllib.parse
from pathlib import Path

HOME = Path(__file__).parent.parent
ROUNDS, EXECUTIONS = 4, 40

class Session:
    """A psql session, and the CPU that its backend has used."""

    def __init__(self, data):
        user = (data / "pgpass").read_text().splitlines()[-1].split(":")[3]
        command = ["psql", "-XAtq", "-h", "127.0.0.1", "-p", (data / "port").read_text().strip(), "-U", user, "eigenlayer_analytics"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        env={"PGPASSFILE": str(data / "pgpass"), "PATH": "/usr/bin:/usr/local/bin"})
        self.marks = 0
        self.pid = int(self.run("select pg_backend_pid();")[-1])

    def run(self, script):
        """The lines that a script prints."""
        self.marks += 1
        self.process.stdin.write(f"{script}\n\\echo mark-{self.marks}\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline()) and line.strip() != f"mark-{self.marks}":
            lines.append(line.rstrip("\n"))
        return lines

    def milliseconds(self, script):
        def used():
            return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e6
        before = used()
        failed = [line for line in self.run(f"\\o /dev/null\n{script}\n\\o") if line.startswith("ERROR")]
        if failed:
            raise SystemExit(failed[0])
        return used() - before

def ask(port, document, variables):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/graphql", json.dumps({"query": document, "variables": variables}), {"content-type": "application/json"})
    answer = connection.getresponse().read()
    if b'"errors"' in answer[:10_000]:
        raise SystemExit(answer[:500].decode())

def sent(port, log, document, variables):
    """The statement of a document and the literals of its parameters."""
    start = log.stat().st_size
    ask(port, document, variables)
    time.sleep(0.3)
    text = log.read_bytes()[start:].decode()
    # polls of the version are shorter than any document
    found = max(re.finditer(r"LOG:  execute [^:]*: (select version, .*?)\n\S[^\n]*?(?:DETAIL:  [Pp]arameters: ([^\n]*)|LOG:|$)", text, re.S),
                key=lambda each: len(each[1]), default=None)
    if not found:
        raise SystemExit("no statement in PostgreSQL's log")
    literals = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", found[2] or ""))
    return found[1].replace("\n\t", "\n"), ", ".join(literals[str(at + 1)] for at in range(len(literals)))

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("data", type=Path)
    parser.add_argument("documents", nargs="*")
    parser.add_argument("--plans", type=Path)
    given = parser.parse_intermixed_args()
    names = given.documents or sorted(file.stem for file in (HOME / "docs/queries").glob("*.graphql"))
    control = Session(given.data)
    statements = {}
    control.run("alter system set log_statement = 'all';\nselect pg_reload_conf();")
    time.sleep(1)
    try:
        for name in names:
            document, _, variables = name.partition("?")
            text = (HOME / f"docs/queries/{document}.graphql").read_text()
            statements[name] = sent(given.port, given.data / "postgres.log", text, dict(urllib.parse.parse_qsl(variables)))
    finally:
        control.run("alter system reset log_statement;\nselect pg_reload_conf();")
    print("| document | CPU ms, first with planning | CPU ms, prepared |\n|---|---|---|")
    for name, (sql, literals) in statements.items():
        session = Session(given.data)
        session.run("set plan_cache_mode = force_generic_plan;\nset jit = off;")
        execute = f"execute statement({literals});" if literals else "execute statement;"
        first = session.milliseconds(f"prepare statement as {sql};\n{execute}")
        least = min(session.milliseconds(f"{execute}\n" * EXECUTIONS) / EXECUTIONS for _ in range(ROUNDS))
        print(f"| {name} | {first:.1f} | {least:.2f} |", flush=True)
        if given.plans:
            (given.plans / f"{name}.txt").write_text("\n".join(session.run(f"explain (analyze, buffers) {execute}")))
        session.process.stdin.close()

if __name__ == "__main__":
    main()
