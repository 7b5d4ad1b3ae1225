// books.mjs: compares what the hub believes with what the marketplace really sold, piece by piece.
import assert from 'node:assert/strict';

// initial: {sku: {barcode, stock}}. Pieces that are short were sold there but never taken here.
export async function compareBooks(house, initial) {
  const { hub, simulator } = house;
  const differences = [];
  const orders = await hub.all('/orders');
  const sold = {};
  let remoteOrders = 0;
  const shelves = {};
  for (const seller of house.sellers) {
    const book = await simulator.books(seller);
    remoteOrders += book.orders.length;
    shelves[seller] = Object.fromEntries(book.listings.map((l) => [l.barcode, l]));
    for (const listing of book.listings) sold[listing.barcode] = (sold[listing.barcode] ?? 0) + listing.net;
    const known = new Set(orders.map((o) => o.number));
    for (const o of book.orders) if (!known.has(o.orderNumber)) differences.push(`order ${o.orderNumber} is missing`);
  }
  if (orders.length !== remoteOrders) differences.push(`${remoteOrders} orders there, ${orders.length} here`);
  const numbers = orders.map((o) => o.number);
  if (new Set(numbers).size !== numbers.length) differences.push('an order stands twice');

  const short = {};
  for (const o of orders.filter((one) => one.short || one.unmapped)) {
    const { lines } = await hub.get(`/orders/${o.id}`);
    for (const line of lines)
      if (!line.cancelled) short[line.remote_sku] = (short[line.remote_sku] ?? 0) + line.quantity - line.taken;
  }
  const products = await hub.all('/products');
  for (const v of products.flatMap((p) => p.variants)) {
    const start = initial[v.sku];
    if (!start) continue;
    const taken = (sold[v.barcode] ?? 0) - (short[v.barcode] ?? 0);
    if (v.available !== start - taken)
      differences.push(`${v.sku}: ${start} at first, ${taken} taken, so ${start - taken} are left; here ${v.available}`);
    if (v.available < 0) differences.push(`${v.sku}: ${v.available} is negative`);
    const shown = Math.max(0, v.available - v.safety_stock);
    for (const seller of house.sellers) {
      const there = shelves[seller][v.barcode]?.quantity;
      if (there !== shown) differences.push(`${v.sku}: seller ${seller} shows ${there}, it should be ${shown}`);
    }
  }
  assert.deepEqual(differences.slice(0, 20), [], 'the books do not agree');
  const verdict = hub.command(['ledger', 'verify']);
  assert.equal(verdict.code, 0, verdict.out + verdict.err);
  return { orders: orders.length };
}
