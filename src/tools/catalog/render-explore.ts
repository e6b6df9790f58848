import { isProtected } from '../../query/builder/fan-out-warnings.ts';
import { modelField } from '../../query/fields/explore.ts';
import {
  describeType,
  type Field,
  type FieldIndex,
  isValueType,
  type Join,
  type Table,
} from '../../query/fields/field.ts';
import { FieldSearch } from '../../query/fields/field-search.ts';
import { type FieldFamily, familyId, foldGrains } from '../../query/fields/grains.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { isDefaultFilter } from '../../query/filters/required-filters.ts';
import { describeParameter, type Parameter } from '../../query/parameters/parameter.ts';
import { joinFields } from '../../render/page.ts';
import { normalizeName } from '../../text/names.ts';
import { plainText, quoteInput, truncate } from '../../text/plain-text.ts';
import { type Budget, linesThatFit, standardBudget } from '../../text/token-budget.ts';

interface ExploreOptions {
  /** Words to find in the label, name, table or description of a field. */
  readonly search?: string | undefined;
  /** Tables to list, by name or label. */
  readonly tables?: readonly string[] | undefined;
  /** The parameters of the project; those that fields of the explore refer to are listed. */
  readonly parameters?: readonly Parameter[];
  readonly budget?: Budget;
}

/**
 * An explore: its joins and required filters, then the fields by table as `id|label|type|description`. The time grains of
 * a date share its line; without hidden fields and SQL. The dimensions of joined tables, which repeat in every explore that
 * joins them, come as ids unless the tables are named.
 */
export async function renderExplore(index: FieldIndex, options: ExploreOptions = {}): Promise<string> {
  const { search, tables: wanted, parameters = [], budget = standardBudget } = options;
  const visible = index.tables.filter((table) => !table.hidden);
  const keys = wanted?.map(normalizeName);
  const tables = keys
    ? visible.filter((table) => keys.includes(normalizeName(table.name)) || keys.includes(normalizeName(table.label)))
    : visible;
  const families = tables.flatMap((table) => familiesOf(index, table));
  const matching = search ? new Set(await matchingFamilies(families, search)) : new Set(families);
  const head = [...describeExplore(index), ...describeParameters(index, parameters)];
  if (matching.size === 0) return [...head, noFieldMatches(index, visible, options)].join('\n');

  const body = tables.flatMap((table) =>
    tableLines(
      index,
      table,
      families.filter((family) => matching.has(family)),
      wanted === undefined && search === undefined && table.name !== index.baseTable,
    ),
  );
  const legend = 'id|label unless the id says it|type|description; id{,_day} is id and id_day';
  const spent = linesThatFit([...head, legend, ...body.map((line) => line.text)], budget) - head.length - 1;
  const shown = body.slice(0, Math.max(spent, 1));
  const listed = shown.reduce((sum, line) => sum + line.fields, 0);
  const cut = shown.length < body.length;
  const short = body.flatMap(({ ofTable }) => ofTable ?? []);
  const filter = search ? [`Fields that match "${quoteInput(search)}":`] : [];
  const rest = cut
    ? [
        `${matching.size - listed} of ${matching.size} fields did not fit: narrow with search, or with tables (${visible.map((table) => table.name).join(', ')}).`,
      ]
    : [];
  const more =
    short.length > 0 && !cut
      ? [`Types and descriptions of dimensions of joined tables: tables ${JSON.stringify([...new Set(short)])}.`]
      : [];
  return [...head, ...filter, legend, ...shown.map((line) => line.text), ...rest, ...more].join('\n');
}

function describeExplore(index: FieldIndex): string[] {
  const description = index.description ? `: ${plainText(index.description)}` : '';
  const joins = index.joins.filter((join) => index.tables.some((table) => table.name === join.table && !table.hidden));
  const lines = [`${index.name} (${plainText(index.label)})${description}`];
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
  const single = joins.filter((join) => join.multiplies === 'no' && !isBehind(join, joins)).map((join) => join.table);
  if (single.length > 0)
    lines.push(
      single.length === joins.length
        ? `Its joins repeat no rows of ${index.baseTable}: its own sums and averages stay right.`
        : `Joining ${single.join(', ')} repeats no rows.`,
    );
  for (const isDefault of [false, true]) {
    const filters = index.requiredFilters.flatMap(({ fieldRef, rule }) => {
      if (isDefaultFilter(rule) !== isDefault) return [];
      const fieldId = modelField(index, index.baseTable, fieldRef)?.id;
      return describeRule(fieldId ? { ...rule, target: { fieldId } } : rule) ?? [];
    });
    const kind = isDefault ? 'Default' : 'Required';
    if (filters.length > 0)
      lines.push(`${kind} filters, added unless you filter the field: ${plainText(filters.join('; '))}.`);
  }
  if (index.hint !== undefined) lines.push(`Hint of the model: ${plainText(truncate(index.hint, MAX_HINT_LENGTH))}`);
  return lines;
}

/** True if a join needs one that may repeat rows. */
const isBehind = ({ needs }: Join, joins: readonly Join[]): boolean =>
  joins.some((join) => needs.includes(join.table) && (join.multiplies !== 'no' || isBehind(join, joins)));

const MAX_HINT_LENGTH = 1_000;

/** The parameters that fields of the explore refer to, each on a line. */
function describeParameters(index: FieldIndex, parameters: readonly Parameter[]): string[] {
  const referenced = new Set([...index.fields.values()].flatMap((field) => field.parameters));
  const listed = parameters.filter(({ name }) => referenced.has(name));
  const lines = listed.map((parameter) => plainText(describeParameter(parameter)));
  return lines.length > 0 ? ['Parameters, set by the argument parameters of a query:', ...lines] : [];
}

interface Line {
  readonly text: string;
  /** Number of fields on it; those of a date with its grains are one. */
  readonly fields: number;
  /** The table, if the line has ids alone. */
  readonly ofTable?: string;
}

/** Ids on a line of ids alone. */
const IDS_A_LINE = 12;
/** Fewer dimensions than that are not worth another call. */
const MIN_SHORTENED = 4;

function idLines(families: readonly FieldFamily[], table: Table): readonly Line[] {
  const chunks = Array.from({ length: Math.ceil(families.length / IDS_A_LINE) }, (_, at) =>
    families.slice(at * IDS_A_LINE, (at + 1) * IDS_A_LINE),
  );
  return chunks.map((chunk) => ({ text: chunk.map(idAndLabel).join(', '), fields: chunk.length, ofTable: table.name }));
}

function idAndLabel(family: FieldFamily): string {
  const { label, name } = family.field;
  return `${familyId(family)}${normalizeName(label) === normalizeName(name) ? '' : ` (${plainText(label)})`}`;
}

function tableLines(
  index: FieldIndex,
  table: Table,
  families: readonly FieldFamily[],
  isShort: boolean,
): readonly Line[] {
  const maxLength = families.length <= MAX_WHOLE_DESCRIPTIONS ? Number.POSITIVE_INFINITY : MAX_DESCRIPTION_LENGTH;
  const own = families.filter(({ field }) => field.table === table.name);
  const description = table.description && table.name !== index.baseTable ? `: ${plainText(table.description)}` : '';
  return (['dimension', 'metric'] as const).flatMap((kind) => {
    const ofKind = own.filter(({ field }) => field.kind === kind);
    const lines =
      isShort && kind === 'dimension' && ofKind.length >= MIN_SHORTENED
        ? idLines(ofKind, table)
        : ofKind.map((family) => ({ text: familyLine(family, maxLength), fields: 1 }));
    const title =
      kind === 'dimension'
        ? `# ${plainText(table.label)} dimensions${description}`
        : `# ${plainText(table.label)} metrics`;
    return lines.length > 0 ? [{ text: title, fields: 0 }, ...lines] : [];
  });
}

const familiesOf = (index: FieldIndex, table: Table): readonly FieldFamily[] =>
  foldGrains([...index.fields.values()].filter((field) => field.table === table.name && !field.hidden));

async function matchingFamilies(families: readonly FieldFamily[], search: string): Promise<readonly FieldFamily[]> {
  const hits = (await FieldSearch.ofMany(families, ({ field, grains }) => [field, ...grains])).search(search);
  const best = hits[0]?.score ?? 0;
  return hits.filter((hit) => hit.score > best * 0.25).map((hit) => hit.item);
}

/**
 * `id|label|type|description`, without a label that repeats the id and without a description that Lightdash generated
 * from type and column.
 */
export function familyLine(family: FieldFamily, maxLength = MAX_DESCRIPTION_LENGTH): string {
  const { field } = family;
  const label = normalizeName(field.label) === normalizeName(field.name) ? '' : field.label;
  const only = field.filters.flatMap((filter) => describeRule({ ...filter.rule }) ?? []);
  const details = [
    ...(only.length > 0 ? [`only ${only.join(', ')}`] : []),
    ...(hasOwnDescription(field) ? [truncate(field.description ?? '', maxLength)] : []),
    ...formulaOf(field, maxLength),
    ...(field.parameters.length > 0 ? [`by parameter ${field.parameters.join(', ')}`] : []),
    ...(field.hint === undefined ? [] : [`hint: ${truncate(field.hint, maxLength)}`]),
  ];
  return joinFields([familyId(family), label, describeType(field) ?? '', details.join('; ')]);
}

/** The formula of a metric: of few fields, or if nothing else describes a computed one. */
function formulaOf(field: Field, maxLength: number): string[] {
  const { kind, type, sql } = field;
  if (kind !== 'metric' || sql === undefined) return [];
  const isComputed = isValueType(type);
  if (maxLength <= MAX_DESCRIPTION_LENGTH && (!isComputed || hasOwnDescription(field))) return [];
  return [`${isComputed ? '=' : `${type} of`} ${truncate(sql, MAX_FORMULA_LENGTH)}`];
}

const MAX_FORMULA_LENGTH = 300;

/** Some models have pages of documentation per field. */
const MAX_DESCRIPTION_LENGTH = 240;
/** Up to this number of fields, descriptions are shown whole. */
const MAX_WHOLE_DESCRIPTIONS = 5;

const GENERATED = /^(Average|Count|Count distinct|Max|Median|Min|Percentile|Sum) of /;

const hasOwnDescription = (field: Field): boolean =>
  field.description !== undefined && !(field.aggregates !== undefined && GENERATED.test(field.description));

function noFieldMatches(index: FieldIndex, visible: readonly Table[], { search, tables }: ExploreOptions): string {
  const names = visible.map((table) => table.name).join(', ');
  if (!search) return `${index.name} has no table ${plainText((tables ?? []).join(', '))}: its tables are ${names}.`;
  return `No field matches "${quoteInput(search)}"${tables ? ` in ${quoteInput(tables.join(', '))}` : ''}. Its tables are ${names}; find_fields searches every explore.`;
}

/** The line of a single field. */
export const fieldLine = (field: Field): string => familyLine({ field, grains: [] });
