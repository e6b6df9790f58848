import { text } from '../../text/json.ts';
import { type Field, type FieldIndex, intervalName } from '../fields/field.ts';
import type { FilterNode, FilterRule, Filters } from '../filters/lightdash-filters.ts';

/** Grains whose first period a window can cut, each with the units of time that consist of whole periods. */
const UNITS_OF_WHOLE: Readonly<Record<string, readonly string[]>> = {
  WEEK: ['weeks'],
  MONTH: ['months', 'quarters', 'years'],
  QUARTER: ['quarters', 'years'],
  YEAR: ['years'],
};

/**
 * Warns if a window relative to today begins in the middle of a period that the rows are grouped by: the past two months, by
 * month, start with a part of a month, which looks like a low value.
 */
export function partialPeriodNotes(
  index: FieldIndex,
  dimensions: readonly string[],
  filters: Filters,
): readonly string[] {
  const windows = filters.dimensions ? windowsIn(filters.dimensions) : [];
  const grouped = dimensions.flatMap((id) => index.fields.get(id) ?? []);
  return windows.flatMap((rule) => {
    const field = index.fields.get(rule.target.fieldId);
    const cut = grouped.find((grain) => field && isCut(field, grain, rule));
    if (field === undefined || cut === undefined) return [];
    const period = intervalName(cut.interval ?? '');
    return [
      `The first ${period} shown may be a part of one, and so may the last: the window of ${field.id} moves with today. Whole ones: unit "completed ${period}s".`,
    ];
  });
}

function windowsIn(node: FilterNode): readonly FilterRule[] {
  if ('and' in node) return node.and.flatMap(windowsIn);
  if ('or' in node) return node.or.flatMap(windowsIn);
  return node.operator === 'inThePast' && !('disabled' in node && node.disabled === true) ? [node] : [];
}

function isCut(filtered: Field, grain: Field, { settings }: FilterRule): boolean {
  const whole = UNITS_OF_WHOLE[grain.interval ?? ''];
  const sameDate = (filtered.intervalBase ?? filtered.id) === (grain.intervalBase ?? grain.id);
  // A filter on the period itself includes or excludes whole periods.
  if (whole === undefined || !sameDate || filtered.interval === grain.interval) return false;
  return !(settings?.completed === true && whole.includes(text(settings.unitOfTime) ?? ''));
}
