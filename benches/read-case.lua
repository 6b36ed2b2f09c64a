-- Opens a case file, any of them: a case with its victim, needs and referrals.
local load = dofile("benches/load.lua")

function request() return wrk.format("GET", "/api/v1/cases/" .. load.any() .. "/file", load.head) end
