# shellcheck shell=bash disable=SC2154  # sourced by benches/run, which sets what is not set here
# A database with cases in it, and an officer who is signed in: what every group begins with. A group sets `database` and
# `home` (a folder, where the keys are) before it calls anything here.

email=officer@bench.example password=correct-horse-battery-staple-92
victims=320

# create_database NAME: an empty one on the server, and a folder for its keys.
create_database() {
  database=$postgres_url/$1 home=$scratch/$1
  mkdir "$home"
  "$postgres_bin/psql" -qX "$postgres_url/postgres" -c "CREATE DATABASE \"$1\""
}

# seed INCIDENTS FILES: victims are registered through the API, since only the service can seal who they are; the rest is SQL.
seed() {
  local incident
  here migrate
  add_user "$email" officer PK508
  serve "$database" "$home"
  sign_in "$email"
  incident=$(post incidents '{"occurred_on":"2026-10-01","district":"PK508","place":"Qissa Khwani Bazaar","source":"Police report",
    "attack_type":"bombing_explosion","target_type":"private_citizens","weapon_type":"explosives"}' | jq -er .id)
  jq -rn --arg incident "$incident" --arg url "$service_url/api/v1/victims" --argjson victims $victims 'range($victims) |
    (if . > 0 then "next" else empty end), "url = \($url)", "header = \"content-type: application/json\"",
    "header = \"authorization: Bearer \(env.TOKEN)\"", ({category: "civilian", identity_state: "known", sex: "female",
      identity: {name: "Zarmina Gul", father_or_husband: "Sher Khan", cnic: "17301\(1000000 + .)2",
        mobiles: ["+923331234567"], address: "House 4, Street \(.), Peshawar"},
      harms: [{incident_id: $incident, harm: "injured"}]} | "data = " + (tojson | tojson))' >"$scratch/victims.curl"
  curl -sSf --fail-early -K "$scratch/victims.curl" >/dev/null || die "no victims"
  stop_service
  sql -v incidents="$1" -v files="$2" -f benches/seed.sql
}

# settle: statistics are taken, and dirty pages are on the disk.
settle() { sql -c 'VACUUM ANALYZE' -c 'CHECKPOINT'; }

sql() { "$postgres_bin/psql" -qX -v ON_ERROR_STOP=1 "$database" "$@"; }

# ask QUERY: its rows, bare.
ask() { sql -At -c "$1"; }

user_id() { ask "SELECT id FROM users WHERE email = '$1'"; }

add_user() { here user add --email "$1" --name Bench --role "$2" --area "$3" --password-stdin <<<"$password"; }

# post PATH BODY [CURL ARGUMENT…]
post() { curl -sSf -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" "$service_url/api/v1/$1" -d "$2" "${@:3}"; }

# A subcommand in the folder the service runs in, where its keys are.
here() { (cd "$home" && "$umeed" "$@" --database "$database" >&2); }

# sign_in EMAIL: once for each few minutes of measuring, since a token lives ten.
sign_in() {
  TOKEN=$(curl -sSf -H 'content-type: application/json' "$service_url/api/v1/session" \
    -d "$(jq -n --arg email "$1" --arg password "$password" '$ARGS.named')" | jq -er .access_token)
  export TOKEN
}
