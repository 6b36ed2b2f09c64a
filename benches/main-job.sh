# shellcheck shell=bash disable=SC2154  # sourced by benches/run, which sets what is not set here
# The main job: a case is opened and read by 32 officers at once, against pgbench with the same statements on the same server.

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
  database=$postgres_url/umeed home=$scratch/main-job
  mkdir "$home"
  "$postgres_bin/psql" -qX "$postgres_url/postgres" -c 'CREATE DATABASE umeed'
  seed
  serve "$database" "$home"
  sleep 1
  resident "$service_pid" >"$scratch/rss-idle"
  local round job
  for ((round = 0; round <= rounds; round++)); do
    sign_in
    for job in read-case write-case; do
      if ((round == 0)); then
        web "$job" 1 >/dev/null # warms caches and connections up
      else
        step "$job, round $round of $rounds"
        ceiling "$job" >>"$scratch/$job.ceiling"
        web "$job" "$seconds" >>"$scratch/$job.web"
        resident "$service_pid" >>"$scratch/rss-loaded"
      fi
    done
  done
  stop_service
}

# TO FILL: benches/seed.sql, the officer, and the two lists of ids, one a line, that the .lua files draw from.
seed() {
  here migrate
  "$postgres_bin/psql" -qX -v ON_ERROR_STOP=1 "$database" -f benches/seed.sql
  here user add --email "$email" --name Bench --role officer --area PK --password-stdin <<<"$password"
  "$postgres_bin/psql" -qXAt "$database" -c 'SELECT id FROM cases' >"$scratch/read-case.ids"
  "$postgres_bin/psql" -qXAt "$database" -c 'SELECT id FROM cases' >"$scratch/write-case.ids"
  "$postgres_bin/psql" -qX "$database" -c 'VACUUM ANALYZE' -c 'CHECKPOINT'
}
email=officer@bench.example password=correct-horse-battery-staple-92

# A subcommand in the folder the service runs in, where its keys are.
here() { (cd "$home" && "$umeed" "$@" --database "$database" >&2); }

# Once a round: a token lives ten minutes.
sign_in() {
  TOKEN=$(curl -sSf -H 'content-type: application/json' "$service_url/api/v1/session" \
    -d "$(jq -n --arg email "$email" --arg password "$password" '$ARGS.named')" | jq -er .access_token)
  export TOKEN
}

# ceiling JOB: transactions a second of pgbench with the statements the service sends.
ceiling() {
  local tps
  "$postgres_bin/pgbench" -n -M prepared -c 32 -j 1 -T "$seconds" -f "benches/$1.sql" "$database" >"$scratch/pgbench.log" 2>&1 \
    || { cat "$scratch/pgbench.log" >&2; die "pgbench failed on $1.sql"; }
  tps=$(awk '/^tps/ { print $3 }' "$scratch/pgbench.log")
  echo "${tps:?pgbench gave no tps}"
}

# web JOB SECONDS: requests a second, median and 99th percentile in µs. One failed request spoils the whole run.
web() {
  local rate middle high bad
  IDS=$scratch/$1.ids wrk -t1 -c32 -d"$2s" --latency -s "benches/$1.lua" "$service_url" >"$scratch/wrk.log" 2>&1 || true
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
