import { isProtected } from '../../query/builder/fan-out-warnings.ts';
import { modelField } from '../../query/fields/explore.ts';
import { describeType, type Field, type FieldIndex, type Table } from '../../query/fields/field.ts';
import { createFieldSearch } from '../../query/fields/field-search.ts';
import { type FieldFamily, familyId, foldGrains } from '../../query/fields/grains.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { normalizeName } from '../../text/names.ts';
import { plainText } from '../../text/plain-text.ts';
import { type Budget, linesThatFit, standardBudget } from '../../text/token-budget.ts';

export interface ExploreOptions {
  /** Words that fields must match to be listed: in their label, name, table or description. */
  readonly search?: string | undefined;
  /** Tables, by name or label, whose fields are listed. */
  readonly tables?: readonly string[] | undefined;
  readonly budget?: Budget;
}

/**
 * An explore for reading: what it joins and requires, then the fields by table, `id | label | type | description`. The time
 * grains of a date share its line; hidden fields are left out; SQL is never shown.
 */
export function renderExplore(index: FieldIndex, options: ExploreOptions = {}): string {
  const { search, tables: wanted, budget = standardBudget } = options;
  const visible = index.tables.filter((table) => !table.hidden);
  const keys = wanted?.map(normalizeName);
  const tables = keys
    ? visible.filter((table) => keys.includes(normalizeName(table.name)) || keys.includes(normalizeName(table.label)))
    : visible;
  const families = tables.flatMap((table) => familiesOf(index, table));
  const matching = search ? new Set(matchingFamilies(families, search)) : new Set(families);
  const head = describeExplore(index);
  if (matching.size === 0) return [...head, nothingFound(index, visible, options)].join('\n');

  const body = tables.flatMap((table) =>
    tableLines(
      index,
      table,
      families.filter((family) => matching.has(family)),
    ),
  );
  const legend = 'id|label unless the id says it|type|description; id{,_day} is id and id_day';
  const spent = linesThatFit([...head, legend, ...body.map((line) => line.text)], budget) - head.length - 1;
  const shown = body.slice(0, Math.max(spent, 1));
  const listed = shown.filter((line) => line.isField).length;
  const cut = shown.length < body.length;
  const narrowed = search ? [`Fields that match "${plainText(search)}":`] : [];
  const rest = cut
    ? [
        `${matching.size - listed} of ${matching.size} lines of fields did not fit: narrow with search, or with tables (${visible.map((table) => table.name).join(', ')}).`,
      ]
    : [];
  return [...head, ...narrowed, legend, ...shown.map((line) => line.text), ...rest].join('\n');
}

function describeExplore(index: FieldIndex): string[] {
  const about = index.description ? `: ${plainText(index.description)}` : '';
  const joins = index.joins.filter((join) => index.tables.some((table) => table.name === join.table && !table.hidden));
  const lines = [`${index.name} (${plainText(index.label)})${about}`];
  if (joins.length > 0)
    lines.push(`Base table ${index.baseTable}; joins ${joins.map((join) => join.table).join(', ')}.`);
  for (const certain of ['yes', 'likely'] as const) {
    const several = joins
      .filter((join) => join.multiplies === certain)
      .map((join) => join.table)
      .filter((joined) => index.tables.some((table) => table.name !== joined && !isProtected(index, table.name)));
    if (several.length > 0)
      lines.push(
        `Fields of ${several.join(', ')} ${certain === 'yes' ? 'repeat' : 'may repeat'} rows of the other tables: their sums and averages are then inflated.`,
      );
  }
  const required = index.requiredFilters.flatMap(({ fieldRef, rule }) => {
    const fieldId = modelField(index, index.baseTable, fieldRef)?.id;
    return describeRule(fieldId ? { ...rule, target: { fieldId } } : rule) ?? [];
  });
  if (required.length > 0)
    lines.push(`Required filters, added unless you filter the field: ${plainText(required.join('; '))}.`);
  return lines;
}

interface Line {
  readonly text: string;
  readonly isField: boolean;
}

function tableLines(index: FieldIndex, table: Table, families: readonly FieldFamily[]): readonly Line[] {
  const longest = families.length <= FEW ? Number.POSITIVE_INFINITY : LONGEST_DESCRIPTION;
  const own = families.filter(({ field }) => field.table === table.name);
  const about = table.description && table.name !== index.baseTable ? `: ${plainText(table.description)}` : '';
  return (['dimension', 'metric'] as const).flatMap((kind) => {
    const lines = own
      .filter(({ field }) => field.kind === kind)
      .map((family) => ({ text: familyLine(family, longest), isField: true }));
    const title =
      kind === 'dimension' ? `# ${plainText(table.label)} dimensions${about}` : `# ${plainText(table.label)} metrics`;
    return lines.length > 0 ? [{ text: title, isField: false }, ...lines] : [];
  });
}

const familiesOf = (index: FieldIndex, table: Table): readonly FieldFamily[] =>
  foldGrains([...index.fields.values()].filter((field) => field.table === table.name && !field.hidden));

function matchingFamilies(families: readonly FieldFamily[], search: string): readonly FieldFamily[] {
  const hits = createFieldSearch(families, ({ field, grains }) => [field, ...grains])(search);
  const best = hits[0]?.score ?? 0;
  return hits.filter((hit) => hit.score > best * 0.25).map((hit) => hit.item);
}

/**
 * `id | label | type | description`, empty ends left away. A label that only repeats the id's words is left empty, and so is a
 * description that Lightdash made up of type and column.
 */
export function familyLine(family: FieldFamily, longest = LONGEST_DESCRIPTION): string {
  const { field } = family;
  const label = normalizeName(field.label) === normalizeName(field.name) ? '' : field.label;
  const only = field.filters.flatMap((filter) => describeRule({ ...filter.rule }) ?? []);
  const about = [
    ...(only.length > 0 ? [`only ${only.join(', ')}`] : []),
    ...(told(field) ? [shorten(field.description ?? '', longest)] : []),
  ];
  const parts = [familyId(family), label, describeType(field), about.join('; ')].map((part) => plainText(part ?? ''));
  return parts.join('|').replace(/\|+$/, '');
}

/** Some models carry pages of documentation; where a field is one of few it is shown whole. */
const LONGEST_DESCRIPTION = 240;
const FEW = 5;

const shorten = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

const MADE_UP = /^(Average|Count|Count distinct|Max|Median|Min|Percentile|Sum) of /;

const told = (field: Field): boolean =>
  field.description !== undefined && !(field.aggregates !== undefined && MADE_UP.test(field.description));

function nothingFound(index: FieldIndex, visible: readonly Table[], { search, tables }: ExploreOptions): string {
  const names = visible.map((table) => table.name).join(', ');
  if (!search) return `${index.name} has no table ${plainText((tables ?? []).join(', '))}: its tables are ${names}.`;
  return `No field matches "${plainText(search)}"${tables ? ` in ${plainText(tables.join(', '))}` : ''}. Its tables are ${names}; find_fields searches every explore.`;
}

/** For one field on a line of its own. */
export const fieldLine = (field: Field): string => familyLine({ field, grains: [] });
