-- hook.lua: a marketplace's callbacks, each with a package nobody has seen.
-- Words: FILE of the callback's text, RUN number (so that a second run repeats none of the first),
-- then barcodes. In the text @N@ is a number of its own for each callback, @BARCODE@ one of the barcodes.
dofile((debug.getinfo(1, "S").source:sub(2):gsub("[^/]*$", "")) .. "tell.lua")

local threads = 0
function setup(thread)
   threads = threads + 1
   thread:set("thread_number", threads)
end

local pieces, barcodes, next_number = {}, {}, 0

function init(args)
   local file = assert(io.open(args[1], "rb"))
   local text = file:read("*a")
   file:close()
   for i = 3, #args do barcodes[#barcodes + 1] = args[i] end
   -- Twelve digits, as long as theirs.
   next_number = 100000000000 + tonumber(args[2]) * 10000000000 + thread_number * 1000000000
   local at = 1
   while true do
      local from, to, mark = text:find("@(%u+)@", at)
      pieces[#pieces + 1] = { text = text:sub(at, (from or 0) - 1), mark = mark }
      if not from then break end
      at = to + 1
   end
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
end

function request()
   next_number = next_number + 1
   local number = string.format("%.0f", next_number)
   local barcode = barcodes[next_number % #barcodes + 1]
   local out = {}
   for i = 1, #pieces do
      out[#out + 1] = pieces[i].text
      if pieces[i].mark == "N" then out[#out + 1] = number end
      if pieces[i].mark == "BARCODE" then out[#out + 1] = barcode end
   end
   return wrk.format(nil, nil, nil, table.concat(out))
end
