import * as z from 'zod';
import { anyObject, looseBoolean, looseNumber } from '../../http/body-validation.ts';
import { textTiles, tilePosition } from '../dashboard-writing.ts';
import { chartFields } from './chart-versions.ts';

/** The body of a dashboard on 1.219, checked by its types. */

const tile = z.discriminatedUnion('type', [
  z.object({
    ...tilePosition,
    type: z.literal('saved_chart'),
    properties: z.looseObject({ savedChartUuid: z.string().nullable() }),
  }),
  z.object({
    ...tilePosition,
    type: z.literal('sql_chart'),
    properties: z.looseObject({ savedSqlUuid: z.string().nullable(), chartName: z.string() }),
  }),
  z.object({ ...tilePosition, type: z.literal('heading'), properties: z.looseObject({ text: z.string() }) }),
  z.object({ ...tilePosition, type: z.literal('data_app'), properties: anyObject }),
  ...textTiles,
]);
/** A tile in a body, parsed. */
export type TileBody = z.output<typeof tile>;

const OPERATORS = [
  'isNull',
  'notNull',
  'equals',
  'notEquals',
  'startsWith',
  'endsWith',
  'include',
  'doesNotInclude',
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
  'inThePast',
  'notInThePast',
  'inTheNext',
  'inTheCurrent',
  'notInTheCurrent',
  'inBetween',
  'notInBetween',
  'inPeriodToDate',
] as const;
const rule = z.looseObject({
  id: z.string(),
  target: z.looseObject({ fieldId: z.string(), tableName: z.string() }),
  operator: z.enum(OPERATORS),
});
const rules = z.array(rule).default([]);
const filters = z.object({ metrics: rules, dimensions: rules, tableCalculations: rules });
const tabs = z.array(
  z.object({ uuid: z.string(), name: z.string(), order: looseNumber, hidden: looseBoolean.optional() }),
);
const config = z.looseObject({ isDateZoomDisabled: looseBoolean });
const parameters = z.record(z.string(), z.looseObject({ parameterName: z.string(), value: z.unknown() }));

const version = z.object({
  tiles: z.array(tile),
  tabs,
  filters: filters.optional(),
  config: config.optional(),
  parameters: parameters.optional(),
});
/** Tiles, filters and tabs in a body, parsed; a change may leave the tabs out. */
export type VersionBody = Omit<z.output<typeof version>, 'tabs'> & { tabs?: z.output<typeof tabs> };

const unversionedFields = z.object({
  name: z.string(),
  description: z.string().nullish(),
  spaceUuid: z.string().optional(),
});
/** Body of a new dashboard on 1.219. */
export const newDashboard = version.extend({
  name: z.string(),
  description: z.string().nullish(),
  spaceUuid: z.string().optional(),
});
/** Since 1.219 a name, or tiles with tabs, or both. What has neither fits nothing. */
export const dashboardChanges = z
  .union([unversionedFields.extend(version.shape), version, unversionedFields])
  .transform((body): Partial<z.output<typeof unversionedFields>> & { version?: VersionBody } => {
    const named = 'name' in body ? { name: body.name, description: body.description, spaceUuid: body.spaceUuid } : {};
    return { ...named, ...('tiles' in body ? { version: body } : {}) };
  });

/** The older route takes what it gets: tiles without tabs, or nothing. */
export const looseChanges = unversionedFields.partial().extend(version.partial().shape);

/** Body of the change of several dashboards. */
export const bulkChanges = z.array(unversionedFields.extend({ uuid: z.string(), spaceUuid: z.string() }));

/** A chart that is created with its dashboard. */
export const innerChart = chartFields.extend({ name: z.string(), description: z.string().nullish() });
/** Body of a dashboard that is created with its charts. */
export const withCharts = z.object({
  name: z.string(),
  description: z.string().optional(),
  spaceUuid: z.string(),
  charts: z.array(z.unknown()),
});
