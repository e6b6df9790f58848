import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import before from './before.json' with { type: 'json' };
import { ours } from './paths.mjs';
import { budget, median, say, section } from './report.mjs';
import { start } from './stdio.mjs';

// before.json: tokens of each tool as they were before the budgets of issue 9, by the same count.

async function listed(env) {
  const server = start([ours], env);
  await server.initialize();
  const { tools } = await server.request('tools/list');
  server.stop();
  return tools.map(({ name, description, inputSchema, _meta }) => ({
    name,
    toolset: _meta['lightdash/toolset'],
    tokens: countTokens(JSON.stringify({ name, description, input_schema: inputSchema })),
    before: before[name],
  }));
}

const total = (tools, what = 'tokens') => tools.reduce((sum, tool) => sum + (tool[what] ?? 0), 0);
const row = (cells) => say(`| ${cells.join(' | ')} |`);

export async function measureContext() {
  const all = await listed({});
  const analyst = await listed({ LIGHTDASH_TOOLSETS: 'analyst' });
  const admin = await listed({ LIGHTDASH_TOOLSETS: 'admin' });
  const compact = await listed({ LIGHTDASH_TOOLSETS: 'compact' });
  const costs = all.map(({ tokens }) => tokens);
  section('Context: tokens (o200k) of name, description and input schema');
  budget(`tokens of all ${all.length} tools`, total(all), { atMost: 16_000 });
  budget(`tokens of the preset analyst, ${analyst.length} tools`, total(analyst), { atMost: 6_000 });
  budget(`tokens of the preset admin, ${admin.length} tools`, total(admin), { atMost: 5_000 });
  budget(`tokens of the compact surface, ${compact.length} tools`, total(compact), { atMost: 2_500 });
  budget('tokens of the median tool', median(costs), { atMost: 72 });
  budget('tokens of the largest tool', Math.max(...costs), { atMost: 900 });
  row(['toolset', 'tools', 'before', 'now']);
  row(['---', '---:', '---:', '---:']);
  row(['all', all.length, total(all, 'before'), total(all)]);
  row(['preset analyst', analyst.length, total(analyst, 'before'), total(analyst)]);
  for (const toolset of new Set(all.map((tool) => tool.toolset))) {
    const inside = all.filter((tool) => tool.toolset === toolset);
    row([toolset, inside.length, total(inside, 'before'), total(inside)]);
  }
  say();
  row(['tool', 'before', 'now']);
  row(['---', '---:', '---:']);
  for (const { name, before: was = '-', tokens } of all) row([name, was, tokens]);
}
