import { inject } from 'vitest';
import { tools } from '../../src/tools/index.ts';

/** The command with which each client starts the installed package: with the sandbox behind it, so that nothing leaves this machine. */
export const server = { command: inject('command'), args: ['--sandbox'] };

/** The same with data in addition to the text. */
export const structuredServer = { ...server, args: [...server.args, '--output=structured'] };

/** A call whose data each client has to take, and two facts of it. */
export const structuredCall = {
  name: 'run_metric_query',
  args: { projectUuid: 'Roastery', exploreId: 'orders', metrics: ['orders_order_count'], limit: 1 },
  facts: ['"orders_order_count":3000', '"label":"Order count"'],
} as const;

/** The list of each client, in this order. */
export const toolNames: readonly string[] = tools.map(({ name }) => name);

/** Each client's call, and a part of the answer. */
export const calls = [
  { name: 'list_organization_projects', args: {}, answer: 'Roastery' },
  { name: 'find_fields', args: { projectUuid: 'Roastery', search: 'revenue' }, answer: 'order_items_total_revenue' },
  {
    name: 'run_metric_query',
    args: { projectUuid: 'Roastery', exploreId: 'orders', metrics: ['orders_order_count'], limit: 1 },
    answer: '1 row of orders.\norders_order_count\n3000',
  },
] as const;

/** Each client's resource, and a part of it. */
export const resource = { uri: 'lightdash://projects', text: 'Roastery' };
