import { count, list, nameOf, object, type Preview, results, shown } from '../preview.ts';

/** Names the space and everything that goes with it. */
export const previewDeleteSpace: Preview = async ({ projectUuid, spaceUuid }, client) => {
  const space = object.parse(await results(client, 'GetSpace', { projectUuid, spaceUuid }));
  const charts = list.parse(space.queries);
  const dashboards = list.parse(space.dashboards);
  const inside = list.parse(space.childSpaces);
  const things = [
    count(charts, 'chart'),
    count(dashboards, 'dashboard'),
    ...(inside.length > 0 ? [count(inside, 'space')] : []),
  ];
  const names = [...charts, ...dashboards, ...inside].map(nameOf);
  const along = names.length > 0 ? ` (${shown(names)}), their scheduled deliveries and comments` : '';
  return `Deletes the space ${nameOf(space)} with ${things.join(', ')}${along}.`;
};
