-- What wrk sends: the file named by BENCH_PLAN returns either
--   {requests = {whole HTTP requests}, in_order = true|nil}           one of them, by chance or in turn
--   {post = "attendance"|"result", head = "...", pairs = {{student, course}, ...}, dates or exams = {...},
--    first = n, mark = "..."}                                         a record that is not there yet
-- Answers of 400 and more are counted by wrk itself, so that no Lua runs for an answer.
local plan = dofile(os.getenv("BENCH_PLAN"))
local count = plan.first or 0

function init()
  math.randomseed(os.time())
end

local function by_chance()
  return plan.requests[math.random(#plan.requests)]
end

local function in_turn()
  count = count + 1
  return plan.requests[count % #plan.requests + 1]
end

local function post(body)
  return plan.head .. #body .. "\r\n\r\n" .. body
end

-- The n-th (student, course, date, session): pairs change fastest, then dates, then sessions.
local function attendance()
  local n = count
  count = count + 1
  local pair = plan.pairs[n % #plan.pairs + 1]
  n = math.floor(n / #plan.pairs)
  local date = plan.dates[n % #plan.dates + 1]
  return post('{"student_id":"' .. pair[1] .. '","course_id":"' .. pair[2] .. '","date":"' .. date
    .. '","session":"' .. plan.mark .. math.floor(n / #plan.dates) .. '","status":"Present"}')
end

local function result()
  local n = count
  count = count + 1
  local pair = plan.pairs[n % #plan.pairs + 1]
  local exam = plan.exams[math.floor(n / #plan.pairs) + 1] or "no more"
  return post('{"student_id":"' .. pair[1] .. '","course_id":"' .. pair[2] .. '","exam_type":"' .. exam
    .. '","marks":' .. math.random(0, 100) .. ',"max_marks":100}')
end

if plan.post == "attendance" then
  request = attendance
elseif plan.post == "result" then
  request = result
elseif plan.in_order then
  request = in_turn
else
  request = by_chance
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    'RESULT {"rate": %.1f, "requests": %d, "mean_ms": %.3f, "p50_ms": %.3f, "p95_ms": %.3f, '
      .. '"p99_ms": %.3f, "max_ms": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests / summary.duration * 1e6, summary.requests, latency.mean / 1e3,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout))
end
