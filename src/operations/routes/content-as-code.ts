import type { Endpoint } from '../../lightdash/endpoint.ts';

// Charts and dashboards as code (recorded on 1.219); 0.2904 has the older paths alone, 0.1366 none.

interface CodeRoutes {
  /** Takes `ids` (slugs or uuids); what there is not comes back as `missingIds`. */
  readonly read: Endpoint;
  /**
   * Creates or replaces by the slug in the body. A chart whose body has the stored `updatedAt` is saved only if its name or
   * description differ; missing parts are emptied; fields, explores and slugs of charts are not checked.
   */
  readonly write: Endpoint;
}

function routes(kind: string, readPath: string, writePath: string): CodeRoutes {
  const project = '/api/v1/projects/{projectUuid}';
  const common = { auth: 'token' } as const;
  return {
    read: {
      ...common,
      id: `read ${kind}`,
      method: 'GET',
      path: `${project}${readPath}`,
      query: ['ids', 'offset'],
      readOnly: true,
    },
    write: {
      ...common,
      id: `write ${kind}`,
      method: 'POST',
      path: `${project}${writePath}`,
      body: ({ body }) => body,
      readOnly: false,
    },
  };
}

/** By kind of content, the newest path first. */
export const codeRoutes: Readonly<Record<'chart' | 'dashboard', readonly CodeRoutes[]>> = {
  chart: [
    routes('charts as code', '/code/charts', '/code/charts/{slug}'),
    routes('charts as code (older)', '/charts/code', '/charts/{slug}/code'),
  ],
  dashboard: [
    routes('dashboards as code', '/code/dashboards', '/code/dashboards/{slug}'),
    routes('dashboards as code (older)', '/dashboards/code', '/dashboards/{slug}/code'),
  ],
};
