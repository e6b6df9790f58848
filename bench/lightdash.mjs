import { createServer } from 'node:http';

/** Lightdash as far as a measurement needs one: answers after a pause like a real one's (8 to 30 ms for plain reads). */
export async function lightdash(pauseMs, answer) {
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(typeof answer === 'function' ? answer(request) : answer);
    }, pauseMs);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => server.closeAllConnections() ?? server.close(),
  };
}

const cities = ['Lisbon', 'São Paulo', 'New York', 'Warszawa', 'Seoul'];
const cell = (raw, formatted = String(raw)) => ({ value: { raw, formatted } });

/** Rows of orders as Lightdash sends them, no two alike. */
export function orders(count) {
  return Array.from({ length: count }, (_, row) => {
    const at = new Date(1.6e12 + row * 1.7e6).toISOString();
    const revenue = Math.round(((row * 7_919) % 1e6) * 1.37) / 100;
    return {
      orders_order_id: cell(100_000 + row, (100_000 + row).toLocaleString('en')),
      orders_status: cell(row % 3 === 0 ? 'delivered' : 'returned'),
      orders_ordered_at: cell(at, at.slice(0, 19).replace('T', ', ')),
      customers_email: cell(`person${row}@example.com`),
      orders_channel: cell(row % 5 === 0 ? 'wholesale_portal' : 'web_shop'),
      customers_city: cell(cities[row % cities.length]),
      order_items_total_revenue: cell(revenue, `$${revenue.toLocaleString('en')}`),
    };
  });
}

/** An answer with so many bytes of rows. */
export function answerOf(bytes) {
  const about = JSON.stringify(orders(100)).length / 100;
  return JSON.stringify({ status: 'ok', results: { rows: orders(Math.ceil(bytes / about)), fields: {} } });
}
