# shellcheck shell=bash disable=SC2154,SC2034  # sourced by benches/run, which sets what is not set here
# The whole case: what can help, decided by rules; a leaver's cases, which all find somebody; how referrals went.

figures() {
  cat <<'END'
eligibility-answers >= 10000 a second on one core
matches-p95 < 5 ms
move-5000-cases < 30 s
referral-loop-300000 < 1 s
END
}

# Over HTTP, one request at a time, on one connection, against durable PostgreSQL.
prepare() {
  local name
  create_database case
  seed 50000 50000
  for name in leaver next-1 next-2 next-3 next-4 next-5; do add_user "$name@bench.example" officer PK508; done
  add_user supervisor@bench.example supervisor PK-KP
  add_user auditor@bench.example auditor PK
  sql -v leaver="$(user_id leaver@bench.example)" -f benches/case.sql
  settle
  serve "$database" "$home"
  tell_circumstances
}

# Much is known of everybody, so that the rules are weighed to their end.
tell_circumstances() {
  sign_in "$email"
  ask 'SELECT id FROM victims' | jq -Rrn --arg url "$service_url/api/v1/victims" '[inputs] | to_entries[] |
    (if .key > 0 then "next" else empty end), "url = \($url)/\(.value)/circumstances", "request = PUT",
    "header = \"content-type: application/json\"", "header = \"if-match: \\\"0\\\"\"",
    "header = \"authorization: Bearer \(env.TOKEN)\"", "output = /dev/null",
    ({told_by: "self", told_on: "2026-11-01", religion: "muslim", marital_status: "widowed", household_income_paisa: 2000000,
      government_servant: false, pmt: {score: "24.5", source: "SMS from 8171", reported_on: "2026-10-30"},
      income_taxpayer: false, car_owner: false, travelled_abroad: false, aid: {received: [], is_complete: true},
      papers_held: ["cnic"]} | "data = " + (tojson | tojson))' >"$scratch/circumstances.curl"
  curl -sSf --fail-early -K "$scratch/circumstances.curl" || die "no circumstances"
}

# timed: asks the paths of standard input one after another and prints how many seconds each answer took.
timed() {
  sed "s|.*|url = \"$service_url/api/v1/&\"\noutput = /dev/null|" >"$scratch/timed.curl"
  curl -sSf --fail-early -H "authorization: Bearer $TOKEN" -w '%{time_total}\n' -K "$scratch/timed.curl" || die "a request failed"
}

eligibility_answers() {
  local rate
  cargo bench --locked --bench eligibility >"$scratch/eligibility.log" 2>&1 || { cat "$scratch/eligibility.log" >&2; die "no answers"; }
  rate=$(awk '/^eligibility answers:/ { print $3 }' "$scratch/eligibility.log")
  answer "${rate:?no rate}"
}

# The first hundred warm caches up.
matches_p95() {
  sign_in "$email"
  ask 'SELECT id FROM cases ORDER BY md5(id::text) LIMIT 1100' | sed 's|.*|cases/&/matches|' | timed | tail -n 1000 >"$scratch/matches"
  answer "$(sort -n "$scratch/matches" | awk '{ v[NR] = $1 } END { printf "%.2f\n", v[int(NR * 0.95)] * 1000 }')"
}

move_5000_cases() {
  local started
  sign_in supervisor@bench.example
  jq -n --arg from "$(user_id leaver@bench.example)" --argjson to \
    "$(ask "SELECT json_agg(id) FROM users WHERE email LIKE 'next-%'")" '{from_officer_id: $from, to_officer_ids: $to}' >"$scratch/move.json"
  started=${EPOCHREALTIME/./}
  post caseload/move "@$scratch/move.json" -H 'idempotency-key: leave' >"$scratch/moved.json"
  value=$((${EPOCHREALTIME/./} - started))
  jq -e '.moved == 5000 and .kept == 0 and (.cases | length == 5000)' "$scratch/moved.json" >/dev/null || die "cases were lost"
  answer "$(awk -v us="$value" 'BEGIN { printf "%.2f", us / 1000000 }')"
}

# For a reader from elsewhere, whom small counts are withheld from; the slowest of ten.
referral_loop_300000() {
  local asked='reports/referral-loop?from=2026-07-01&to=2026-09-30'
  sign_in auditor@bench.example
  curl -sSf -H "authorization: Bearer $TOKEN" "$service_url/api/v1/$asked" >"$scratch/loop.json"
  grep -q 300000 "$scratch/loop.json" || die "the report does not count all referrals"
  answer "$(printf "$asked\n%.0s" {1..10} | timed | sort -n | tail -n 1)"
}
