import type { Endpoint } from '../../lightdash/route.ts';

// Routes of newer releases that stand behind tools whose own route is gone there (measured on 0.2904).

/** Whether the organization has the GitHub app; older servers tell that of a project. */
export const githubConfiguration: Endpoint = {
  id: 'githubConfiguration',
  method: 'GET',
  path: '/api/v1/github/config',
  readOnly: true,
  auth: 'token',
};
