-- dasm.errors - what is wrong with a text, or with what was asked for, as an object.
--
-- tostring(e) is the whole message as dasmc prints it. e.line, e.column, e.text, e.source,
-- e.caret and e.id are those of the first error; e.messages has all, notes and help included; e.status
-- is the library's status.

local L = require "dasm.lowlevel"

local M = {}

local LEVELS = {"error", "warning", "note", "help"}

local Error = {}
Error.__index = Error
Error.__tostring = function(e) return e.message end
-- So that .. works in programs that expect a string.
Error.__concat = function(a, b) return tostring(a) .. tostring(b) end
Error.__name = "dasm.error"

-- An error that has only a text.
function M.new(text, status)
  return setmetatable({message = text, text = text, messages = {}, status = status}, Error)
end

-- "text [id]" as the text and the id.
function M.split(text)
  local plain, id = text:match("^(.*) %[([%w-]+)%]$")
  return plain or text, id
end

function M.is(e) return getmetatable(e) == Error end

function M.raise(format, ...) error(M.new(select("#", ...) > 0 and format:format(...) or format), 0) end

-- The error that the last call for an assembler met.
function M.of(box)
  local e = M.new((L.error(box):gsub("%s+$", "")), L.status(box))
  for i = 0, L.messages(box) - 1 do
    local m = {
      level = LEVELS[L.level(box, i)], line = L.line(box, i), column = L.column(box, i),
      text = L.text(box, i), source = L.source(box, i), caret = L.caret(box, i),
      id = L.id(box, i),
    }
    e.messages[i + 1] = m
    if m.level == "error" and not e.line then
      e.line, e.column, e.text, e.source, e.caret = m.line, m.column, m.text, m.source, m.caret
      e.id = m.id
    end
  end
  if not e.line then -- a value that does not fit: "text:2: immediate ..."
    local line, text = e.text:match("^[^:\n]*:(%d+): ([^\n]*)")
    e.line, e.text = tonumber(line), text or e.text
  end
  return e
end

-- Raise what a call for an assembler met, if result says that it failed.
function M.check(box, result)
  if result == nil or (type(result) == "number" and result < 0) then error(M.of(box), 0) end
  return result
end

-- try(f, ...): what f(...) returns, or nil and the error if it is one of these.
local function outcome(ok, ...)
  if ok then return ... end
  local e = ...
  if M.is(e) then return nil, e end
  error(e, 0)
end

function M.try(f, ...) return outcome(pcall(f, ...)) end

return M
