import { pick } from '../../chaos/seeded.ts';
import pieces from '../../fixtures/sql-expressions.json' with { type: 'json' };

type Random = () => number;

const { fields, literals, subqueries, hostile } = pieces;
const operators = ['+', '-', '*', '/', '%', '||', '=', '<>', '<', '>=', 'and', 'or', 'is distinct from', 'like'];
const calls = ['sum', 'count', 'round', 'coalesce', 'lower', 'lag', 'rank', 'date_trunc', 'substring', 'if', 'nullif'];
const types = ['integer', 'double precision', 'numeric(10, 2)', 'varchar', 'timestamp with time zone'];

/** An expression as a person writes one; of its operands so many are sub-queries. */
function expression(random: Random, depth: number, share: number): string {
  const inner = () => expression(random, depth - 1, share);
  if (depth <= 0) {
    if (random() < share) return pick(subqueries, random());
    return pick(random() < 0.6 ? fields : literals, random());
  }
  const forms = [
    () => `${inner()} ${pick(operators, random())} ${inner()}`,
    () => `(${inner()})`,
    () => `${pick(calls, random())}(${inner()}, ${inner()})`,
    () => `count(distinct ${inner()})`,
    () => 'count(*)',
    () => `sum(${inner()}) filter (where ${inner()})`,
    () => `sum(${inner()}) over (partition by ${inner()} order by ${inner()} desc nulls last)`,
    () => `avg(${inner()}) over (order by ${inner()} rows between 2 preceding and current row)`,
    () => `case when ${inner()} then ${inner()} else ${inner()} end`,
    () => `case ${inner()} when ${inner()} then ${inner()} end`,
    () => `cast(${inner()} as ${pick(types, random())})`,
    () => `${inner()}::${pick(types, random())}`,
    () => `${inner()} between ${inner()} and ${inner()}`,
    () => `${inner()} not in (${inner()}, ${inner()})`,
    () => `${inner()} is not null`,
    () => `extract(month from ${inner()})`,
    () => `not ${inner()}`,
    () => `-${inner()}`,
    () => `date_diff('day', ${inner()}, ${inner()})`,
    inner,
  ];
  return pick(forms, random())();
}

const PARTS = /\$\{[^}]*\}|'[^']*'|\w+|\s+|[^\w\s]/g;

/** An expression, or one with some of its parts taken out, doubled, moved, or replaced by hostile ones. */
export function snippet(random: Random): string {
  const share = random() < 0.3 ? 0.3 : 0;
  const parts: string[] = expression(random, 1 + Math.floor(random() * 3), share).match(PARTS) ?? [];
  for (let changes = Math.floor(random() * 4); changes > 0; changes -= 1) {
    const at = Math.floor(random() * (parts.length + 1));
    const change = random();
    if (change < 0.4) parts.splice(at, 0, pick(hostile, random()));
    else if (change < 0.6) parts.splice(at, 1, pick(hostile, random()));
    else if (change < 0.75) parts.splice(at, 1);
    else if (change < 0.85) parts.splice(at, 0, parts[Math.floor(random() * parts.length)] ?? ' ');
    else parts.splice(at, 0, pick(operators, random()), ' ', pick([...fields, ...literals], random()));
  }
  return parts.join(random() < 0.1 ? ' ' : '');
}
