import { renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { finite, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';

/** The thing that an error is in: what kind it is, and its id. */
function placeOf(error: JsonObject): { readonly kind: string; readonly id: string } {
  const chart = text(error.chartUuid);
  const dashboard = text(error.dashboardUuid);
  if (chart) return { kind: 'chart', id: `chartUuid ${chart}` };
  return dashboard ? { kind: 'dashboard', id: `dashboardUuid ${dashboard}` } : { kind: 'table', id: '' };
}

/**
 * What a validation found (GetLatestValidationResults), by the chart, dashboard or table that is broken. The ids are those
 * that dismiss_validation_error takes: numbers on 0.1366, uuids on newer servers.
 */
export function renderValidation(results: unknown, budget: Budget): string {
  const errors = objects(results);
  if (errors.length === 0) return 'Nothing is broken.';
  const broken = new Map<string, { readonly head: string; readonly lines: string[] }>();
  for (const error of errors) {
    const { kind, id } = placeOf(error);
    const name = plainText(text(error.name) ?? '?');
    const views = finite(error.chartViews) ?? finite(error.dashboardViews);
    const about = [id, views === undefined ? '' : pluralize(views, 'view')].filter(Boolean).join(', ');
    const head = `${kind} "${name}"${about && ` (${about})`}:`;
    const key = `${kind} ${id || name}`;
    const known = broken.get(key) ?? { head, lines: [] };
    known.lines.push(
      `- ${plainText(text(error.error) ?? 'no reason given')} [validationId ${error.validationUuid ?? error.validationId ?? '?'}]`,
    );
    broken.set(key, known);
  }
  const lines = [...broken.values()].flatMap(({ head, lines: reasons }) => [head, ...reasons]);
  const head = `${pluralize(errors.length, 'error')} in ${pluralize(broken.size, 'place')}:`;
  return renderWithinBudget([head], lines, budget, 'lines', 'mend or dismiss some of these, and validate again');
}
