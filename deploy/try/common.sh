# Sourced by the scripts of deploy/try: a directory, a PostgreSQL 15 of Debian's package in it, and a server on it.
# They need Debian 12, root and free ports, install packages, and delete their directory at the end,
# unless KEEP is set. PROGRAM is the launcher of another build.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${PROGRAM:-$here/operator-analytics}
work=$(mktemp -d /tmp/operator-analytics-try.XXXXXX)
chmod 777 "$work"
bin=/usr/lib/postgresql/15/bin
pids=()

finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for cluster in "$work"/*/PG_VERSION; do
    [ -e "$cluster" ] && runuser -u postgres -- "$bin/pg_ctl" stop -s -m fast -D "$(dirname "$cluster")" 2>/dev/null || true
  done
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

install() { # PACKAGE…
  dpkg -s "$@" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@" >"$work/apt.log" 2>&1 ||
    { cat "$work/apt.log" >&2; exit 1; }
}

as_postgres() { runuser -u postgres -- "$@"; }

make_cluster() { # NAME PORT
  mkdir "$work/$1"
  chown postgres "$work/$1"
  as_postgres "$bin/initdb" -D "$work/$1" -A trust -E UTF8 --locale=C.UTF-8 -N >/dev/null
  printf "port = %s\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n" "$2" \
    >>"$work/$1/postgresql.conf"
}

start_cluster() { # NAME
  as_postgres "$bin/pg_ctl" start -s -w -t 120 -D "$work/$1" -l "$work/$1.log" || { cat "$work/$1.log" >&2; exit 1; }
}

sql() { # PORT DATABASE SQL
  psql -X -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$1" -U postgres -d "$2" -c "$3"
}

wait_until() { # SECONDS COMMAND…: runs the command until it succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { echo "gave up: $*" >&2; exit 1; }
    sleep 1
  done
}

check() { # NAME EXPECTED ACTUAL
  [ "$2" = "$3" ] || { echo "FAILED: $1: expected $2, got $3" >&2; exit 1; }
  echo "ok: $1: $3"
}

fill() { # [OPERATORS]: a small network in EVENTS_DB_URL and ANALYTICS_DB_URL; sets $operators to how many there are
  local asked=${1:-40} file
  if [ -n "${FILLED:-}" ]; then # a backup of such a network
    "$program" restore "$FILLED" --data-dir "$work/unused" >/dev/null
  else
    "$program" prepare-events "$EVENTS_DB_URL" >/dev/null
    "$program" demo generate "$work/demo" --operators "$asked" --delegators $((asked * 10)) --days 60 --epochs 100 >/dev/null
    for file in strategies.csv prices.csv rates.csv events.jsonl.gz; do
      "$program" import "${file%%.*}" "$work/demo/$file" --data-dir "$work/unused" >/dev/null
    done
    "$program" run state-update --data-dir "$work/unused" >/dev/null
  fi
  operators=$("$program" sql --csv -c 'select count(*) from operator_current_state' --data-dir "$work/unused" | tail -n 1)
}

graphql() { # PORT DOCUMENT: the response; the document has no quotes
  curl -sS -m 60 "http://127.0.0.1:$1/graphql" -H 'Content-Type: application/json' -H 'Authorization: Bearer a-key-for-this-trial' \
    -d "{\"query\": \"$2\"}"
}

start_run() { # PORT: the number of the run, or nothing
  graphql "$1" 'mutation { startRun(input: { job: STATE_UPDATE, full: true }) { run { number } } }' | sed -n 's/.*"number":"*\([0-9]*\).*/\1/p'
}
run_now() { # PORT: requests a full run, waits for its end, prints its status
  local id='' attempt
  # a scheduled run can be going on
  for attempt in $(seq 120); do
    id=$(start_run "$1")
    [ -z "$id" ] || break
    sleep 1
  done
  [ -n "$id" ] || { echo NOT_STARTED; return; }
  for attempt in $(seq 240); do
    run_status "$1" "$id" | grep -v 'QUEUED\|RUNNING\|^$' && return
    sleep 1
  done
  echo STILL_RUNNING
}
run_status() { # PORT ID
  graphql "$1" "{ pipeline { run(id: \\\"$2\\\") { status } } }" | sed -n 's/.*"status":"\([A-Z]*\)".*/\1/p'
}
count() { graphql "$1" '{ operators(first: 1) { totalCount } }' | sed -n 's/.*"totalCount":\([0-9]*\).*/\1/p'; }

serve() { # PORT [COMMAND…]: with the URLs of the environment; the command, if any, starts the server
  local port=$1
  shift
  OPERATOR_ANALYTICS_ACCESS_ADMIN_TOKEN=a-key-for-this-trial OPERATOR_ANALYTICS_TRAIN=never \
    OPERATOR_ANALYTICS_API_ANSWER_CACHE_MB=0 LOGGING_FORMAT=json OPERATOR_ANALYTICS_LIMITS_REQUESTS_PER_MINUTE=1000000 \
    "$@" "$program" serve --port "$port" --data-dir "$work/data-$port" >"$work/serve-$port.log" 2>&1 &
  server=$!
  pids+=("$server")
  wait_until 300 curl -sf "http://127.0.0.1:$port/health/readiness"
}

check_logs() { # each line of each server is JSON, and none has a stack trace
  check 'lines of the servers that are not JSON, and stack traces' '0 0' "$(python3 - "$work"/serve-*.log <<'PYTHON'
import json, sys
broken = traces = 0
for name in sys.argv[1:]:
    for line in open(name):
        try:
            traces += json.loads(line).get("throwable") is not None
        except ValueError:
            broken += 1
            print(line, end="", file=sys.stderr)
print(broken, traces)
PYTHON
)"
}
