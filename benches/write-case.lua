-- Opens a case with two needs, with a key of its own each time. A line of the ids is a pair of victim and incident, good
-- for one case: they are taken in order, from FIRST on.
local load = dofile("benches/load.lua")
load.head["content-type"] = "application/json"

local body = '{"victim_id":"%s","incident_id":"%s","needs":['
  .. '{"domain":"medical","urgency":"within_24_hours"},{"domain":"financial","urgency":"within_two_weeks"}]}'
local line = tonumber(os.getenv("FIRST"))
function request()
  line = line + 1
  local victim, incident = assert(load.ids[line], "no pair is left"):match("(%S+) (%S+)")
  load.head["idempotency-key"] = load.key()
  return wrk.format("POST", "/api/v1/cases", load.head, body:format(victim, incident))
end
