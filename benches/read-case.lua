-- Reads a case, another one each time.
local load = dofile("benches/load.lua")

function request() return wrk.format("GET", "/api/v1/cases/" .. load.any(), load.head) end
