import type { Received } from './loopback.ts';

interface Declared {
  readonly method: string;
  readonly path: string;
}

const patternOf = ({ path }: Declared) =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);

/** Returns whether a request is one that an operation declares to read, and none declares otherwise. */
export function routeTable(
  tools: readonly (Declared & { readonly readOnly: boolean })[],
  others: readonly (Declared & { readonly kind: string })[],
): (request: Received) => boolean {
  const routes = [
    ...tools.map((route) => ({ ...route, reads: route.readOnly, pattern: patternOf(route) })),
    ...others.map((route) => ({ ...route, reads: route.kind === 'reads', pattern: patternOf(route) })),
  ];
  return ({ method, target }) => {
    if (method === 'GET') return true;
    const path = target.split('?')[0] ?? '';
    const fitting = routes.filter((route) => route.method === method && route.pattern.test(path));
    return fitting.length > 0 && fitting.every(({ reads }) => reads);
  };
}
