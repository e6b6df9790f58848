import type { Diagnostics } from '../diagnostics.ts';
import type { Field, FieldKind } from '../fields/field.ts';
import type { Condition, ConditionTree } from './condition.ts';
import { type FilterGroup, type FilterKind, type FilterNode, type Filters, filterKinds } from './lightdash-filters.ts';

const KIND_OF: Readonly<Record<FieldKind, FilterKind>> = {
  dimension: 'dimensions',
  metric: 'metrics',
  calculation: 'tableCalculations',
};

/** A filter as it was read: conditions on fields, joined by and / or. */
export type Node = Leaf | Group;
type Leaf = { readonly field: Field; readonly condition: Condition };
/** Filters of which all must hold, or one. */
export type Group = { readonly join: 'and' | 'or'; readonly nodes: readonly Node[] };

/** The conditions of a rule on a field. */
export function nodeOf(field: Field, tree: ConditionTree): Node {
  if ('operator' in tree) return { field, condition: tree };
  const [join, trees] = 'and' in tree ? (['and', tree.and] as const) : (['or', tree.or] as const);
  return { join, nodes: trees.map((part) => nodeOf(field, part)) };
}

/** Filters as Lightdash takes them: each rule in the list of its field's kind. An "or" across kinds becomes a problem. */
export function writeFilters(root: Group, diagnostics: Diagnostics): Filters {
  const problem = mixedOrError(root);
  if (problem) diagnostics.problem(problem);
  const filters: { [Kind in FilterKind]?: FilterGroup } = {};
  for (const kind of filterKinds) {
    const number = { rule: 0, group: 0 };
    const nodes = nodesOfKind(root, kind);
    const [only] = nodes;
    if (!only) continue;
    // A rule of alternatives is a group by itself, as one that is written so.
    const isGroup = nodes.length === 1 && 'join' in only;
    const written = writeNode(isGroup ? only : { join: 'and', nodes }, number);
    if (!('operator' in written)) filters[kind] = written;
  }
  return filters;
}

/** The part of an and-group for one kind of field; nested and-groups are flattened, because they are equivalent. */
function nodesOfKind(node: Node, kind: FilterKind): readonly Node[] {
  if (!('join' in node)) return KIND_OF[node.field.kind] === kind ? [node] : [];
  if (node.join === 'and') return node.nodes.flatMap((child) => nodesOfKind(child, kind));
  return kindsIn(node).has(kind) ? (node.nodes.length === 1 ? nodesOfKind(node.nodes[0] ?? node, kind) : [node]) : [];
}

function kindsIn(node: Node): ReadonlySet<FilterKind> {
  return 'join' in node
    ? new Set(node.nodes.flatMap((child) => [...kindsIn(child)]))
    : new Set([KIND_OF[node.field.kind]]);
}

/** Lightdash keeps the three kinds in separate lists joined by "and": it has no "or" across them. */
function mixedOrError(node: Node): string | undefined {
  if (!('join' in node)) return undefined;
  const kinds = [...kindsIn(node)];
  if (node.join === 'or' && kinds.length > 1)
    return `An "or" mixes ${kinds.join(' and ')}, which Lightdash filters separately (${fieldsIn(node).join(', ')}): run two queries, one for each side, or join them with "and".`;
  return node.nodes.map(mixedOrError).find((problem) => problem !== undefined);
}

const fieldsIn = (node: Node): string[] => ('join' in node ? node.nodes.flatMap(fieldsIn) : [node.field.id]);

/** Groups need ids, and on some servers rules; numbered, so that equal queries are equal requests. */
function writeNode(node: Node, number: { rule: number; group: number }): FilterNode {
  if (!('join' in node)) return writeCondition(node, number);
  number.group += 1;
  const id = `group${number.group}`;
  const nodes = partsOf(node, node.join).map((part) => writeNode(part, number));
  return node.join === 'and' ? { id, and: nodes } : { id, or: nodes };
}

/** An "and" within an "and" is equivalent to its parts. */
const partsOf = (node: Node, join: Group['join']): readonly Node[] =>
  'join' in node && node.join === join ? node.nodes.flatMap((child) => partsOf(child, join)) : [node];

function writeCondition({ field, condition }: Leaf, number: { rule: number; group: number }): FilterNode {
  number.rule += 1;
  const { operator, values, settings } = condition;
  // 1.219 compares case-sensitively by default; 0.1366 never does here.
  const caseSensitive = condition.caseSensitive ?? (isContained(operator) ? false : undefined);
  return {
    id: `rule${number.rule}`,
    target: { fieldId: field.id },
    operator,
    ...(values && { values }),
    ...(settings && { settings }),
    ...(caseSensitive !== undefined && { caseSensitive }),
  };
}

/** True for the operators that ignore case unless a rule says otherwise. */
export const isContained = (operator: string): boolean => operator === 'include' || operator === 'doesNotInclude';
