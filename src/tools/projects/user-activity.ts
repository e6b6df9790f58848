import { projectUuid } from '../../operations/fields.ts';
import { userActivity } from '../../operations/routes/administration.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatPerson, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { newerOnly } from '../newer-only.ts';
import { defineTool } from '../operation-tool.ts';

const MAX_ENTRIES = 10;

/** `Ada Abara 58, Vic Viewer 7`: counts come as text from the database. */
const ranked = (list: unknown, nameOf: (item: JsonObject) => string): string => {
  const all = objects(list);
  const shown = all.slice(0, MAX_ENTRIES).map((item) => `${plainText(nameOf(item))} ${Number(item.count) || 0}`);
  const more = all.length > MAX_ENTRIES ? `, ${all.length - MAX_ENTRIES} more` : '';
  return shown.length > 0 ? `${shown.join(', ')}${more}` : 'none';
};

const contentName = (item: JsonObject) => text(item.name) ?? text(item.dashboardName) ?? '?';

/** Reports who uses a project: people, queries, created charts and views. */
export const getUserActivity = defineTool({
  name: 'get_user_activity',
  since: '1.219',
  title: 'Who uses Lightdash and who does not, what is viewed',
  description: 'Who uses a project: active people, queries by person, who never queried, most viewed content.',
  toolset: 'projects',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: projectUuid() }),
  async run(args, context) {
    const instead = 'list_charts_in_project and list_dashboards have views.';
    const { results } = await newerOnly('report its use', context.execute(userActivity, args), instead);
    const facts = isObject(results) ? results : {};
    const count = (key: string) => finite(facts[key]) ?? 0;
    const people = count('numberUsers');
    const roles = [
      pluralize(count('numberAdmins'), 'admin'),
      pluralize(count('numberEditors'), 'editor or developer', 'editors or developers'),
      pluralize(count('numberInteractiveViewers'), 'interactive viewer'),
      pluralize(count('numberViewers'), 'viewer'),
    ];
    const idle = objects(facts.tableNoQueries).map((person) => plainText(formatPerson(person)));
    const lines = [
      `- queried in the last 7 days: ${count('numberWeeklyQueryingUsers')} % of them`,
      `- queries by person: ${ranked(facts.tableMostQueries, formatPerson)}`,
      `- charts created by person: ${ranked(facts.tableMostCreatedCharts, formatPerson)}`,
      ...(idle.length > 0 ? [`- no queries lately: ${idle.slice(0, MAX_ENTRIES).join(', ')}`] : []),
      `- dashboards by views: ${ranked(facts.dashboardViews, contentName)}`,
      `- charts by views: ${ranked(facts.chartViews, contentName)}`,
      'Lightdash does not record sign-ins. search_content by views finds content that is not used.',
    ];
    const head = `${pluralize(people, 'person', 'people')} can use the project (${roles.join(', ')}):`;
    return {
      text: renderWithinBudget([head], lines, context.budget, 'lines', 'LIGHTDASH_MAX_RESULT_TOKENS sets the length'),
      data: facts,
    };
  },
});
