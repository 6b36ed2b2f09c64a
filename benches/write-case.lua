-- Opens a case, with a key of its own each time. TO FILL: the path and the body; `load.any()` is a line of the ids file.
local load = dofile("benches/load.lua")
load.head["content-type"] = "application/json"

function request()
  load.head["idempotency-key"] = load.key()
  return wrk.format("POST", "/api/v1/cases", load.head, string.format('{"victim_id":"%s"}', load.any()))
end
