# shellcheck shell=bash disable=SC2154  # sourced by benches/run, which sets what is not set here
# The main job: cases are opened and their files read over 32 connections, against pgbench with the same statements on the same server.

figures() {
  cat <<'END'
ready-empty-sqlite < 1 s
rss-idle < 80 MB
rss-32-connections < 200 MB
read-case-ratio >= 0.5 of pgbench
write-case-ratio >= 0.4 of pgbench
read-p99-over-median < 8 times
write-p99-over-median < 8 times
END
}

# Service and pgbench take turns, so that a slow minute of the machine meets both.
prepare() {
  create_database main-job
  seed $((2 * pairs)) $files
  ask "SELECT id FROM cases" >"$scratch/read-case.ids"
  ask "SELECT victim_id, incident_id FROM harms JOIN incidents ON incident_id = incidents.id
    WHERE place = 'Bench' ORDER BY incident_id LIMIT $pairs" | tr '|' ' ' >"$scratch/write-case.ids"
  settle
  serve "$database" "$home"
  sleep 1
  resident "$service_pid" >"$scratch/rss-idle"
  local round job
  for ((round = 0; round <= rounds; round++)); do
    sign_in "$email"
    for job in read-case write-case; do
      if ((round == 0)); then
        web "$job" 1 0 >/dev/null # warms caches and connections up
      else
        step "$job, round $round of $rounds"
        ceiling "$job" "$round" >>"$scratch/$job.ceiling"
        web "$job" "$seconds" "$round" >>"$scratch/$job.web"
        resident "$service_pid" >>"$scratch/rss-loaded"
      fi
    done
  done
  stop_service
}

# As many pairs of victim and incident for pgbench as for the service.
files=50000 pairs=100000

# Where round $1 begins to draw pairs.
first_pair() { echo $(($1 * pairs / (rounds + 1))); }

# ceiling JOB ROUND: transactions a second of pgbench with the statements the service sends.
ceiling() {
  local tps session
  session=$(ask 'SELECT id FROM sessions ORDER BY id DESC LIMIT 1')
  "$postgres_bin/pgbench" -n -M prepared -c 32 -j 1 -T "$seconds" -f "benches/$1.sql" -D "session=$session" \
    -D "actor=$(user_id "$email")" -D "first=$((pairs + 1 + $(first_pair "$2")))" -D opened=0 -D "files=$files" "$database" >"$scratch/pgbench.log" 2>&1 \
    || { cat "$scratch/pgbench.log" >&2; die "pgbench failed on $1.sql"; }
  tps=$(awk '/^tps/ { print $3 }' "$scratch/pgbench.log")
  echo "${tps:?pgbench gave no tps}"
}

# web JOB SECONDS ROUND: requests a second, median and 99th percentile in µs. One failed request spoils the whole run.
web() {
  local rate middle high bad
  IDS=$scratch/$1.ids FIRST=$(first_pair "$3") wrk -t1 -c32 -d"$2s" --latency -s "benches/$1.lua" "$service_url" >"$scratch/wrk.log" 2>&1 || true
  read -r _ rate middle high bad < <(grep '^RESULT' "$scratch/wrk.log") || { cat "$scratch/wrk.log" >&2; die "wrk failed on $1.lua"; }
  ((bad == 0)) || { tail -n 20 "$scratch/service.log" >&2; die "$1: $bad requests failed"; }
  echo "$rate $middle $high"
}

ready_empty_sqlite() {
  local try folder
  for try in 1 2 3 4 5; do
    folder=$scratch/empty-$try
    mkdir "$folder"
    serve "sqlite:$folder/umeed.db" "$folder"
    stop_service
    echo "$ready_seconds"
  done >"$scratch/ready"
  answer "$(median <"$scratch/ready")"
}

rss_idle() { answer "$(<"$scratch/rss-idle")"; }
rss_32_connections() { answer "$(sort -n "$scratch/rss-loaded" | tail -n 1)"; }

ratio() { paste "$scratch/$1.web" "$scratch/$1.ceiling" | awk '{ printf "%.3f\n", $1 / $4 }' | median; }
read_case_ratio() { answer "$(ratio read-case)"; }
write_case_ratio() { answer "$(ratio write-case)"; }

tail_over_median() { awk '{ printf "%.2f\n", $3 / $2 }' "$scratch/$1.web" | median; }
read_p99_over_median() { answer "$(tail_over_median read-case)"; }
write_p99_over_median() { answer "$(tail_over_median write-case)"; }
