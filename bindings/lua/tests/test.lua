-- test - the few lines that the tests of the module share.

local test = {passed = 0, failed = 0}

function test.ok(condition, name)
  if condition then
    test.passed = test.passed + 1
  else
    test.failed = test.failed + 1
    local at = debug.getinfo(2, "Sl")
    if at.short_src:find("test.lua", 1, true) then at = debug.getinfo(3, "Sl") end
    print(("failed: %s:%d: %s"):format(at.short_src, at.currentline, name or ""))
  end
  return condition
end

function test.equal(got, wanted)
  return test.ok(got == wanted, ("got %s, wanted %s"):format(tostring(got), tostring(wanted)))
end

-- f(...) raises an error whose text has all of the patterns' plain text.
function test.raises(text, f, ...)
  local ok, e = pcall(f, ...)
  if ok then return test.ok(false, "no error; wanted: " .. text) end
  return test.ok(tostring(e):find(text, 1, true) ~= nil, ("error '%s', wanted '%s'"):format(tostring(e), text)) and e
end

function test.hex(bytes) return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end

function test.finish()
  print(("%d passed, %d failed"):format(test.passed, test.failed))
  -- Otherwise the interpreter ends as usual, and collects what is left.
  if test.failed > 0 or test.passed == 0 then os.exit(1) end
end

return test
