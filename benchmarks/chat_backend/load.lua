-- What wrk sends. Arguments: list or post; a file of lines "TOKEN CONVERSATION"; the run's number; an Accept-Encoding
-- or "-". Each post has a client_id of its own, so that each is stored.

local kind, run, posted = "list", 0, 0
local targets, lists = {}, {}

function init(arguments)
  kind, run = arguments[1], tonumber(arguments[3])
  for line in io.lines(arguments[2]) do
    local token, conversation = line:match("(%S+) (%S+)")
    local headers = { ["Authorization"] = "Bearer " .. token, ["Origin"] = "https://chat.example.com" }
    if kind == "post" then headers["Content-Type"] = "application/json" end
    if arguments[4] ~= "-" then headers["Accept-Encoding"] = arguments[4] end
    local path = "/api/v1/conversations/" .. conversation .. "/messages"
    targets[#targets + 1] = { path = path, headers = headers }
    lists[#lists + 1] = wrk.format("GET", path, headers)
  end
  math.randomseed(run)
end

function request()
  local number = math.random(#targets)
  if kind == "list" then return lists[number] end
  posted = posted + 1
  local client_id = string.format("%08x-0000-4000-8000-%012x", run, posted)
  local content = "Number " .. posted .. ": I walked along the river today and thought of what you said about the stars."
  local body = string.format('{"client_id":"%s","content":"%s"}', client_id, content)
  return wrk.format("POST", targets[number].path, targets[number].headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  local shape = '{"requests":%d,"failed":%d,"seconds":%.3f,"p50":%.3f,"p99":%.3f}\n'
  local milliseconds = function(percent) return latency:percentile(percent) / 1000 end
  io.write(string.format(shape, summary.requests, failed, summary.duration / 1e6, milliseconds(50), milliseconds(99)))
end
