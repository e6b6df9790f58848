import * as z from 'zod';
import { isAllowed, projectFor } from '../access/permissions.ts';
import { looseBoolean, textList } from '../http/body-validation.ts';
import { pageOf, pageQuery } from '../http/pagination.ts';
import { forbidden, wrongParameter } from '../http/refusals.ts';
import { route } from '../http/route.ts';
import { isTimezone } from '../timezone.ts';

const since = '1.219';
const base = '/api/v2/projects/{projectUuid}/parameters';

const parameter = z.looseObject({
  label: z.string(),
  description: z.string().optional(),
  type: z.enum(['string', 'number', 'date']).optional(),
  multiple: looseBoolean.optional(),
});

/** Settings of all queries of a project: parameters and time zone. */
export const querySettingRoutes = [
  route('GET', base, { since, query: z.object({ names: textList.optional() }) }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    const { names } = call.query;
    const all = Object.entries(call.store.parameters.get(projectUuid) ?? {});
    return Object.fromEntries(
      all
        .filter(([name]) => names === undefined || names.includes(name))
        .map(([name, config]) => [name, { type: 'string', ...config }]),
    );
  }),
  route('GET', `${base}/list`, { since, query: z.object({ ...pageQuery, search: z.string().optional() }) }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    const { search = '' } = call.query;
    const all = Object.entries(call.store.parameters.get(projectUuid) ?? {})
      .filter(([name, { label }]) => `${name} ${String(label)}`.toLowerCase().includes(search.toLowerCase()))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, config]) => ({ name, config, source: 'config', modelName: null }));
    return pageOf(all, call.query);
  }),
  route('PUT', base, { since, body: z.record(z.string(), parameter), bodyName: 'parameters' }, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    if (!isAllowed(call.store, call.user, project, 'validate project')) {
      throw forbidden('User does not have permission to update project parameters');
    }
    call.store.parameters.set(project.projectUuid, call.body);
  }),
  route(
    'PATCH',
    '/api/v1/projects/{projectUuid}/queryTimezoneSettings',
    {
      since,
      body: z.object({
        queryTimezone: z.string().nullable(),
        useProjectTimezoneInFilters: looseBoolean.optional(),
      }),
    },
    (call) => {
      const project = projectFor(call, call.params.projectUuid, 'validate project');
      const { queryTimezone, useProjectTimezoneInFilters } = call.body;
      if (queryTimezone !== null && !isTimezone(queryTimezone)) {
        throw wrongParameter(`Invalid timezone: ${queryTimezone}`);
      }
      project.queryTimezone = queryTimezone;
      project.useProjectTimezoneInFilters = useProjectTimezoneInFilters ?? project.useProjectTimezoneInFilters ?? false;
    },
  ),
];
