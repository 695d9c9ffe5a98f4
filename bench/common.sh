# Shared by the parts of bench/run: work folder, launcher, data set, servers that end with the script.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
home=$PWD
work=${BENCH_WORK:-$home/bench/work}
mkdir -p "$work"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

# before the measurements, so that it does not disturb them
"$home/operator-analytics" --train 2>>"$work/log"

oa() { OPERATOR_ANALYTICS_DATA_DIR=$data "$home/operator-analytics" "$@" 2>>"$work/log"; }

# the current speed of the machine, because its cores are shared
loop() { python3 -c 'import time; begun = time.perf_counter(); sum(i for i in range(10**7)); print(f"{time.perf_counter() - begun:.1f}")'; }

machine() {
  echo "$(nproc) cores, $(sed -n 's/model name.*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%.0f", $2 / 1e6}' /proc/meminfo) GB," \
    "Python sums ten million numbers in $(loop) s;" \
    "load average before $(cut -d' ' -f1 "$work/load"), PostgreSQL 18 embedded"
}

measured() { # COMMAND: the line above a table of docs/performance.md
  echo "Date $(date -u +%F), commit \`$(git -C "$home" rev-parse --short HEAD)\`, command \`$1\`. $(machine)."
}

make_set() { # NAME OPERATORS DELEGATORS EPOCHS: a demo of this size in $work/NAME, made once
  [ -f "$work/$1/events.jsonl.gz" ] ||
    oa demo generate "$work/$1" --operators "$2" --delegators "$3" --epochs "$4" --end 2026-01-22T12:00:00Z >/dev/null
}

load_set() { # NAME: into $data, and the state made from it
  oa import strategies "$work/$1/strategies.csv" >/dev/null
  oa import prices "$work/$1/prices.csv" >/dev/null
  oa import rates "$work/$1/rates.csv" >/dev/null
  oa import metadata "$work/$1/metadata.csv" >/dev/null
  oa import events "$work/$1/events.jsonl.gz"
  # nothing runs by itself while something else is measured
  oa sql -c "insert into pipeline_schedules (schedule, is_enabled, changed_at)
    select name, false, now() from unnest('{state-update,snapshots,analytics,epochs}'::text[]) as name
    on conflict (schedule) do update set is_enabled = false" >/dev/null
  [ ! -f "$work/$1/epochs.jsonl.gz" ] || oa import epochs "$work/$1/epochs.jsonl.gz" >/dev/null
}

wait_for() { # PORT
  for _ in $(seq 3000); do
    kill -0 "$server" 2>/dev/null || break
    curl -sf -o /dev/null -H 'content-type: application/json' -d '{"query":"{__typename}"}' "http://127.0.0.1:$1/graphql" && return
    sleep 0.2
  done
  echo "no server on port $1; see $work/log" >&2
  exit 1
}

serve() { # PORT NAME=VALUE…: sets $server to its pid
  local port=$1
  shift
  env OPERATOR_ANALYTICS_DATA_DIR="$data" OPERATOR_ANALYTICS_LIMITS_REQUESTS_PER_MINUTE=1000000000 "$@" ./operator-analytics serve --port "$port" >>"$work/log" 2>&1 &
  server=$!
  pids+=("$server")
  wait_for "$port"
}
