-- What every wrk script shares: the ids in the file IDS, one a line, the bearer token TOKEN, and the line benches/*.sh reads.
local load = { ids = {}, head = { authorization = "Bearer " .. os.getenv("TOKEN") } }

for id in io.lines(os.getenv("IDS")) do load.ids[#load.ids + 1] = id end
assert(#load.ids > 0, "no ids in " .. os.getenv("IDS"))
math.randomseed(os.time())

function load.any() return load.ids[math.random(#load.ids)] end

-- Runs of one script are seconds apart and have one thread each, so time and a counter never repeat.
local sent = 0
function load.key()
  sent = sent + 1
  return string.format("%08x-0000-4000-8000-%012x", os.time(), sent)
end

-- RESULT: requests a second, median µs, 99th percentile µs, failed requests.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %.1f %d %d %d\n", summary.requests * 1000000 / summary.duration,
    latency:percentile(50), latency:percentile(99), errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

return load
