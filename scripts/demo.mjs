// Shows the server at work: two short conversations over stdio, through a real MCP client, on the embedded Lightdash.
//
//   node scripts/demo.mjs              the server that is built in dist/
//   node scripts/demo.mjs COMMAND      an installed one
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const built = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const [command, ...args] = process.argv[2] ? [process.argv[2]] : [process.execPath, built];
const transport = new StdioClientTransport({ command, args: [...args, '--sandbox'] });
const client = new Client({ name: 'demo', version: '1.0.0' });
await client.connect(transport);

const say = (line = '') => process.stdout.write(`${line}\n`);
const heading = (text) => say(`\n${text}\n${'─'.repeat(text.length)}`);
const thinks = (text) => say(`\n${text}`);

/** Calls a tool and prints the call and its answer; a failed call ends the demo. */
async function call(name, args = {}) {
  say(`\n  → ${name} ${JSON.stringify(args)}`);
  const { content, isError } = await client.callTool({ name, arguments: args });
  const text = content.map((part) => (part.type === 'image' ? keepPicture(part) : part.text)).join('\n');
  say(text.replace(/^/gm, '    '));
  if (isError) throw new Error(`${name} failed`);
  return text;
}

/** Calls a tool that asks first, and again with the confirmation of its preview. */
async function confirmed(name, args) {
  const preview = await call(name, args);
  say('\n  The person agrees.');
  return call(name, { ...args, confirmation: pick(preview, /confirmation: (\S+)/) });
}

/** Puts a picture where a person can open it. */
function keepPicture({ mimeType, data }) {
  const path = join(tmpdir(), 'lightdash-mcp-demo.png');
  writeFileSync(path, data, 'base64');
  return `[${mimeType}, ${data.length.toLocaleString('en')} characters of base64, kept as ${path}]`;
}

/** The first match of a pattern in an answer: how one call's answer leads to the next call. */
function pick(text, pattern) {
  const value = pattern.exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${pattern} in the answer`);
  return value;
}

const { tools } = await client.listTools();
say(
  `lightdash-mcp ${client.getServerVersion().version}: ${tools.length} tools, talking to an embedded Lightdash with sample data.`,
);

heading('An analyst: "How did monthly revenue develop in the wholesale portal in early 2024, delivered orders only?"');
const projectUuid = 'Roastery';
const orders = { projectUuid, exploreId: 'orders' };
thinks('Which fields are there?');
await call('find_fields', { projectUuid, search: 'revenue by sales channel and order month' });
thinks('What are the channels called?');
await call('search_field_values', { ...orders, field: 'orders_channel', search: '' });
thinks('The numbers.');
const filters = [
  { field: 'orders_channel', operator: 'equals', values: ['wholesale_portal'] },
  { field: 'orders_status', operator: 'equals', values: ['delivered'] },
];
await call('run_metric_query', {
  ...orders,
  dimensions: ['orders_ordered_at_month'],
  metrics: ['order_items_total_revenue', 'orders_order_count'],
  filters: [...filters, { field: 'orders_ordered_at', operator: 'inBetween', values: ['2024-01', '2024-06'] }],
  sorts: ['orders_ordered_at_month'],
});
thinks('A picture for the person, of the same rows.');
await call('show_chart', { resultId: 'last', y: ['order_items_total_revenue'], title: 'Wholesale portal, delivered' });
thinks('Which orders are behind the last month?');
await call('run_underlying_data_query', {
  ...orders,
  dimensions: ['orders_order_id', 'orders_ordered_at_day', 'customers_full_name'],
  metrics: ['order_items_total_revenue'],
  filters: [...filters, { field: 'orders_ordered_at_month', operator: 'equals', values: ['2024-06'] }],
  sorts: ['-order_items_total_revenue'],
  limit: 5,
});
thinks('Is there a chart of this already?');
const charts = await call('list_chart_summaries_in_project', { projectUuid });
await call('run_saved_chart', {
  chartUuid: pick(charts, /^ *Orders by channel\|([0-9a-f-]{36})/m),
});

heading('An administrator: "Make a space for the harvest report and let the Baristas see it. Then tidy up."');
await call('list_spaces_in_project', { projectUuid });
const made = await call('create_space_in_project', { projectUuid, name: 'Harvest report' });
const spaceUuid = pick(made, /spaceUuid ([0-9a-f-]{36})/);
thinks('It is private. Who are the Baristas?');
const groups = await call('list_groups_in_organization', { searchQuery: 'Baristas' });
const groupUuid = pick(groups, /([0-9a-f-]{36})/);
await confirmed('add_space_group_access', { projectUuid, spaceUuid, groupUuid, spaceRole: 'viewer' });
thinks('Who can see it now, and why?');
await call('get_space_access', { projectUuid, spaceUuid });
thinks('Take it back, and remove the space.');
await confirmed('revoke_group_space_access', { projectUuid, spaceUuid, groupUuid });
await confirmed('delete_space', { projectUuid, spaceUuid });

await client.close();
