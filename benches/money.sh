# shellcheck shell=bash disable=SC2154,SC2034  # sourced by benches/run, which sets what is not set here
# Money: a batch of a hundred thousand payments, what the bank says of them, and the books afterwards.

figures() {
  cat <<'END'
batch-of-100000-built < 30 s
results-of-100000-reconciled < 30 s
memory-at-100000 < 300 MB
verify-of-1000000-entries < 10 s
END
}

# Claims, payees and accounts are sealed by the service, so two thousand awards are made through the API, as six people make them;
# the other payments are instalments of the same awards, and the cancelled ones fill the books.
prepare() {
  local user fund incident victims=2000
  create_database money
  seed 0 0
  for user in registrar:supervisor assessor:assessor approver:approver second:approver third:approver maker:payer releaser:payer \
    administrator:administrator; do
    add_user "${user%:*}@bench.example" "${user#*:}" PK
  done
  serve "$database" "$home"
  as administrator
  instrument=$(get tariffs?limit=200 | jq -er '.items[] | select(.code == "kp-tirah-special-approval-2025").id')
  incident=$(ask "SELECT incident_id FROM harms LIMIT 1")
  fund=$(keyed funds "{\"instrument_id\":\"$instrument\",\"fiscal_year\":\"$(fiscal_year)\"}" | jq -er .id)
  keyed "funds/$fund/allotments" "{\"kind\":\"allotted\",\"amount_paisa\":1000000000000000,\"order_number\":\"Bench\",
    \"ordered_on\":\"$(date +%F)\"}" >/dev/null
  as registrar
  moved "incidents/$incident" verify '{}'
  as administrator
  curl -sSf -X PATCH "${headers[@]}" -H 'if-match: "1"' -H "idempotency-key: link" "$service_url/api/v1/tariffs/$instrument" \
    -d "{\"incident_id\":\"$incident\"}" >/dev/null
  make_awards
  stop_service
  sql -v fund="$fund" -f benches/money.sql
  settle
  serve "$database" "$home"
}

# July to June, such as 2026-27.
fiscal_year() {
  local year
  year=$(date -d '6 months ago' +%Y)
  printf '%d-%02d' "$year" $(((year + 1) % 100))
}

# as NAME: signs in, and keeps the token for ten minutes at most.
as() {
  sign_in "$1@bench.example"
  headers=(-H 'content-type: application/json' -H "authorization: Bearer $TOKEN")
}

get() { curl -sSf "${headers[@]}" "$service_url/api/v1/$1"; }

# keyed PATH BODY [CURL ARGUMENT…]
keyed() { curl -sSf "${headers[@]}" -H "idempotency-key: $RANDOM$RANDOM$RANDOM" "$service_url/api/v1/$1" -d "$2" "${@:3}"; }

# moved PATH VERB BODY: a move of what is there now.
moved() {
  keyed "$1/$2" "$3" -H "if-match: \"$(get "$1" | jq -er .version)\"" >/dev/null || die "could not $2 $1"
}

# each QUERY [CURL ARGUMENT…]: asks for PATH, VERSION and BODY, with tabs between them, and sends each. Without a body it is read;
# without a version there is nothing to match. The answers, one after another.
each() {
  ask "$1" | jq -Rrn --arg url "$service_url/api/v1/" --arg run "$RANDOM$RANDOM" '[inputs / "\t"] | to_entries[] | .value as $one |
    (if .key > 0 then "next" else empty end), "url = \($url)\($one[0])", "header = \"authorization: Bearer \(env.TOKEN)\"",
    (if $one[1] // "" != "" then "header = " + ("if-match: \"\($one[1])\"" | tojson) else empty end),
    (if $one[2] then "header = \"content-type: application/json\"", "header = \"idempotency-key: \($run)-\(.key)\"",
      "data = \($one[2] | tojson)" else empty end)' >"$scratch/each.curl"
  curl -sSf --no-progress-meter --fail-early "${@:2}" -K "$scratch/each.curl" || die "could not send: $1"
}

# The same, eight at a time; what is answered is not told. Not for what is SERIALIZABLE: they would wait for each other.
send() { each "$1" --parallel --parallel-max 8 >/dev/null; }

# A claim for each victim, from the case to the award, each with an account of its own. What comes of an award is a task and a
# planned payment.
make_awards() {
  local kind number="lpad(row_number() OVER (ORDER BY id)::text, 16, '0')"
  as officer
  send "SELECT E'cases\t\t' || json_build_object('victim_id', id, 'incident_id', '$incident') FROM victims"
  send "SELECT format(E'cases/%s/claims\t\t%s', id, json_build_object('instrument_id', '$instrument', 'harm', 'injury_any', 'none_of',
    ARRAY['terrorist', 'officer_on_duty', 'natural_calamity'])) FROM cases"
  # IBANs of Pakistan, with their check digits (ISO 13616).
  send "SELECT format(E'claims/%s/payees\t\t%s', id, json_build_object('class', 'victim', 'person', json_build_object('name', 'Zarmina Gul'),
    'account', json_build_object('method', 'ibft', 'title', 'Zarmina Gul', 'iban', format('PK%sSCBL%s',
      lpad((98 - ('28121121' || number || '252000')::numeric % 97)::text, 2, '0'), number))))
    FROM (SELECT id, $number AS number FROM claims) numbered"
  for kind in $(get "claims/$(ask 'SELECT id FROM claims LIMIT 1')" | jq -r '.missing[]'); do all evidence "$(paper "$kind")"; done
  # For whoever plans how to look for what is found: a service that has run for a night has been analysed.
  sql -c ANALYZE
  one_by_one submit
  as assessor
  one_by_one verify
  as approver
  each "SELECT format('claims/%s/award', id) FROM claims" | jq -r '[.claim_id, .digest] | @tsv' >"$scratch/digests"
  sql -c 'CREATE UNLOGGED TABLE bench_digests (id uuid, digest text)' -c "\\copy bench_digests FROM '$scratch/digests'"
  each "SELECT format(E'claims/%s/approve\t%s\t%s', id, version, json_build_object('digest', digest)) FROM claims JOIN bench_digests USING (id)" >/dev/null
  sql -c 'DROP TABLE bench_digests'
}

# one_by_one VERB: moves every claim.
one_by_one() { each "SELECT format(E'claims/%s/$1\t%s\t{}', id, version) FROM claims" >/dev/null; }

# all VERB BODY: the same of every claim.
all() { send "SELECT format(E'claims/%s/$1\t%s\t%s', id, version, '$2') FROM claims"; }

paper() {
  if [[ $1 == fir ]]; then
    echo '{"kind":"fir","reference":{"province":"PK-KP","district":"PK508","police_station":"Bench","year":2026,"serial":1}}'
  else
    echo "{\"kind\":\"$1\",\"reference\":{\"number\":\"1\",\"issued_by\":\"Bench\"}}"
  fi
}

# seconds SINCE: in microseconds of the clock.
seconds_since() { awk -v us=$((${EPOCHREALTIME/./} - $1)) 'BEGIN { printf "%.2f", us / 1000000 }'; }

batch_of_100000_built() {
  local started
  as maker
  started=${EPOCHREALTIME/./}
  keyed payment-batches "{\"instrument_id\":\"$instrument\",\"method\":\"ibft\"}" >"$scratch/batch.json"
  value=$(seconds_since "$started")
  jq -e '.payments == 100000' "$scratch/batch.json" >/dev/null || die "the batch has not 100,000 payments"
  answer "$value"
}

results_of_100000_reconciled() {
  local batch started digest
  batch=payment-batches/$(jq -er .id "$scratch/batch.json")
  digest=$(jq -e .digest "$scratch/batch.json")
  as maker
  moved "$batch" submit '{}'
  for approver in second third; do
    as "$approver"
    moved "$batch" approve "{\"digest\":$digest}"
  done
  as releaser
  moved "$batch" release '{}'
  get "$batch/file?format=csv" >"$scratch/file.csv"
  # One in a thousand comes back.
  ask "SELECT reference, CASE WHEN row_number() OVER () % 1000 = 0 THEN 'returned' ELSE 'paid' END, amount_paisa / 100, 'PKR', '',
    CASE WHEN row_number() OVER () % 1000 = 0 THEN 'AC04' END FROM payments WHERE state = 'released'" | tr '|' ',' |
    (echo reference,status,amount,currency,account,reason; cat) >"$scratch/results.csv"
  as maker
  started=${EPOCHREALTIME/./}
  curl -sSf "${headers[@]:2}" -H 'content-type: text/csv' -H 'idempotency-key: results' "$service_url/api/v1/$batch/results" \
    --data-binary "@$scratch/results.csv" >"$scratch/imported.json"
  value=$(seconds_since "$started")
  jq -e '.counts == {"paid": 99900, "returned": 100} and .waiting == 0' "$scratch/imported.json" >/dev/null || die "not all is reconciled"
  answer "$value"
}

# The most that the service ever held, building, releasing and reconciling.
memory_at_100000() {
  answer "$(awk '/^VmHWM/ { printf "%.1f\n", $2 * 1.024 / 1000 }' "/proc/$service_pid/status")"
}

verify_of_1000000_entries() {
  local started
  (($(ask 'SELECT count(*) FROM ledger_transfers') >= 1000000)) || die "the books have fewer than a million entries"
  sql -c 'VACUUM ANALYZE'
  started=${EPOCHREALTIME/./}
  here ledger verify >"$scratch/verified" || die "the books do not add up"
  answer "$(seconds_since "$started")"
}
