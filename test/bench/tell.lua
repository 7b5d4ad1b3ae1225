-- tell.lua: what every wrk script here ends with.
function done(summary, latency, requests)
   local e = summary.errors
   io.write(string.format(
      '\n{"requests":%d,"seconds":%.6f,"latency_ms":{"p50":%.4f,"p95":%.4f,"p99":%.4f},' ..
      '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
      e.connect, e.read, e.write, e.status, e.timeout))
end
