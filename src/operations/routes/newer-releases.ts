import type { Endpoint } from '../../lightdash/route.ts';

// Routes of newer releases for tools whose own route is gone there (measured on 0.2904).

/** State of the organization's GitHub app; older servers have it per project. */
export const githubConfiguration: Endpoint = {
  id: 'githubConfiguration',
  method: 'GET',
  path: '/api/v1/github/config',
  readOnly: true,
  auth: 'token',
};
