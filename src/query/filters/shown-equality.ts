import { isObject, list, text } from '../../text/json.ts';

/** Width of a range that stands for one shown number, in parts of it. */
const MAX_WIDTH = 1e-10;

/**
 * `orders_revenue = 541507.57` for the two narrow bounds that `equals` is sent as, and `≠` for their opposite, in which case
 * rows without a value pass too; undefined for anything else.
 */
export function shownEquality(nodes: readonly unknown[], sign: '=' | '≠'): string | undefined {
  const [low, high, empty] = nodes.filter(isObject);
  const [below, above] = sign === '=' ? ['greaterThanOrEqual', 'lessThanOrEqual'] : ['lessThan', 'greaterThan'];
  if (low?.operator !== below || high?.operator !== above || nodes.length !== (sign === '=' ? 2 : 3)) return undefined;
  if (sign === '≠' && empty?.operator !== 'isNull') return undefined;
  const fields = nodes.filter(isObject).map(({ target }) => (isObject(target) ? text(target.fieldId) : undefined));
  const [field] = fields;
  const [from] = list(low.values);
  const [to] = list(high.values);
  if (field === undefined || fields.some((other) => other !== field)) return undefined;
  if (typeof from !== 'number' || typeof to !== 'number') return undefined;
  const [middle, width] = [(from + to) / 2, to - from];
  if (width < 0 || width > MAX_WIDTH * Math.abs(middle)) return undefined;
  return `${field} ${sign} ${shortest(middle, width)}`;
}

/** The number of fewest digits near the middle of a range. */
function shortest(middle: number, width: number): number {
  for (let digits = 1; digits < 15; digits += 1) {
    const number = Number(middle.toPrecision(digits));
    if (Math.abs(number - middle) <= width / 4) return number;
  }
  return middle;
}
