"""The store's operations as Redis scripts: each is atomic, takes many records, and costs one round trip.

A record is one hash, so that whatever makes Redis drop it (its life's end, eviction) drops all of it. Its log
is in fields ``l:<version>`` holding ``<now>|<patch>``. Instants are microseconds since 1970; documents,
patches and counters are JSON text. Written for one Redis (or one with replicas): the keys of one call are not
of one hash slot, so that Redis Cluster refuses them.
"""

from typing import Final

# The incarnation is read inside every script: between two calls the server may have been another one. A
# restarted server has a new run_id; one that was made a replica and back, with other data, has a new
# replication id.
_INCARNATION: Final = """
local incarnation = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  .. '.' .. string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
local function present(key)
  return redis.call('HGET', key, 'inc') == incarnation
end
"""

# ARGV: for each key a JSON array of models.
MARK: Final = (
    _INCARNATION
    + """
for i, key in ipairs(KEYS) do
  if present(key) then
    local gens = cjson.decode(redis.call('HGET', key, 'gens'))
    for _, model in ipairs(cjson.decode(ARGV[i])) do
      gens[model] = (gens[model] or 0) + 1
    end
    redis.call('HSET', key, 'gens', cjson.encode(gens))
  end
end
"""
)

# ARGV: life in ms; for each key the epoch it gets if it has no record.
BEGIN: Final = (
    _INCARNATION
    + """
local found = {}
for i, key in ipairs(KEYS) do
  if not present(key) then
    redis.call('DEL', key)
    redis.call('HSET', key, 'inc', incarnation, 'epoch', ARGV[i + 1], 'rev', 0, 'version', 0,
      'gens', '{}', 'seen', '{}')
  end
  redis.call('PEXPIRE', key, ARGV[1])
  found[i] = redis.call('HMGET', key, 'epoch', 'rev', 'version', 'doc', 'gens', 'seen', 'until', 'now')
end
return found
"""
)

# ARGV: steps of the log; for each key epoch, rev, document ('' as it is), patch ('' none), seen, until (''
# never), now.
COMMIT: Final = (
    _INCARNATION
    + """
local outcomes = {}
for i, key in ipairs(KEYS) do
  local at = 2 + (i - 1) * 7
  local head = redis.call('HMGET', key, 'inc', 'epoch', 'rev', 'version')
  if head[1] ~= incarnation or head[2] ~= ARGV[at] or head[3] ~= ARGV[at + 1] then
    outcomes[i] = false
  else
    local from = tonumber(head[4])
    local version = from
    local fields = {'rev', tonumber(head[3]) + 1, 'seen', ARGV[at + 4], 'until', ARGV[at + 5],
      'now', ARGV[at + 6]}
    local function set(name, value)
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
    if from == 0 then
      version = 1
    elseif ARGV[at + 3] ~= '' then
      version = from + 1
      set('l:' .. version, ARGV[at + 6] .. '|' .. ARGV[at + 3])
    end
    if ARGV[at + 2] ~= '' then
      set('doc', ARGV[at + 2])
    end
    set('version', version)
    redis.call('HSET', key, unpack(fields))
    redis.call('HDEL', key, 'l:' .. (version - tonumber(ARGV[1])))
    outcomes[i] = {from, version}
  end
end
return outcomes
"""
)

# ARGV: now.
STATUS: Final = (
    _INCARNATION
    + """
local function differ(gens, seen)
  if gens == seen then
    return false
  end
  gens, seen = cjson.decode(gens), cjson.decode(seen)
  for model, count in pairs(gens) do
    if seen[model] ~= count then
      return true
    end
  end
  return false
end
local found = {}
for i, key in ipairs(KEYS) do
  local head = redis.call('HMGET', key, 'inc', 'epoch', 'version', 'gens', 'seen', 'until')
  if head[1] ~= incarnation or head[3] == '0' then
    found[i] = false
  else
    local late = head[6] ~= '' and tonumber(head[6]) <= tonumber(ARGV[1])
    found[i] = {(late or differ(head[4], head[5])) and 1 or 0, head[2], head[3], head[6]}
  end
end
return found
"""
)

# ARGV: steps of the log.
LOAD: Final = (
    _INCARNATION
    + """
local found = {}
for i, key in ipairs(KEYS) do
  local head = redis.call('HMGET', key, 'inc', 'epoch', 'version', 'doc', 'now')
  if head[1] ~= incarnation or head[3] == '0' then
    found[i] = false
  else
    local version = tonumber(head[3])
    local names = {}
    for step = math.max(2, version - tonumber(ARGV[1]) + 1), version do
      names[#names + 1] = 'l:' .. step
    end
    local log = #names > 0 and redis.call('HMGET', key, unpack(names)) or {}
    found[i] = {head[2], head[3], head[4], head[5], log}
  end
end
return found
"""
)
