import * as z from 'zod';
import { catalogSearchUuid, page, pageSize, projectUuid, tagUuid } from './fields.ts';
import { operation } from './operation.ts';

// The four routes below take the tag's or the item's id alone: real servers never read their {projectUuid}.
const unread: readonly 'projectUuid'[] = ['projectUuid'];
const table = () => z.string().min(1);

export const catalog = [
  operation({
    id: 'getCatalog',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/dataCatalog',
    tool: 'get_catalog',
    title: 'Browse the data catalog',
    description: 'Tables with descriptions; fields when searching or with type "field".',
    input: () => ({
      projectUuid: projectUuid(),
      search: z.string().optional(),
      type: z.enum(['table', 'field']).optional(),
      filter: z.enum(['tables', 'dimensions', 'metrics']).optional(),
    }),
  }),
  operation({
    id: 'getMetricsCatalog',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/dataCatalog/metrics',
    tool: 'get_metrics_catalog',
    title: 'Browse the metrics catalog',
    description:
      'The metrics of a project with tags, usage and the catalogSearchUuid that tagging takes (new at every compile).',
    input: () => ({
      projectUuid: projectUuid(),
      search: z.string().optional(),
      page: page().optional(),
      pageSize: pageSize().optional(),
      sort: z.string().optional().describe('name, chartUsage'),
      order: z.enum(['asc', 'desc']).optional(),
      categories: z.array(z.string()).optional().describe('tagUuids'),
    }),
  }),
  operation({
    id: 'getMetadata',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/dataCatalog/{table}/metadata',
    tool: 'get_catalog_metadata',
    title: 'Describe a table',
    description: 'One table of the catalog: its fields, joins and source.',
    input: () => ({ projectUuid: projectUuid(), table: table() }),
  }),
  operation({
    id: 'getAnalytics',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/dataCatalog/{table}/analytics',
    tool: 'get_catalog_analytics',
    title: 'Charts that use a table',
    description: 'The saved charts built on a table.',
    input: () => ({ projectUuid: projectUuid(), table: table() }),
  }),
  operation({
    id: 'getAnalyticsField',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/dataCatalog/{table}/analytics/{field}',
    tool: 'get_catalog_field_analytics',
    title: 'Charts that use a field',
    description: 'The saved charts that use one field: what breaks if it changes.',
    input: () => ({
      projectUuid: projectUuid(),
      table: table(),
      field: z.string().min(1).describe('Field name without the table prefix'),
    }),
  }),
  operation({
    id: 'getCustomMetrics',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/custom-metrics',
    tool: 'get_custom_metrics',
    title: 'List custom metrics',
    description: 'Metrics defined inside saved charts, with the YAML that would move each to dbt.',
    input: () => ({ projectUuid: projectUuid() }),
  }),
  operation({
    id: 'getTags',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/tags',
    tool: 'get_tags',
    title: 'List tags',
    description: 'The tags (metric categories) of a project.',
    input: () => ({ projectUuid: projectUuid() }),
  }),
  operation({
    id: 'createTag',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/tags',
    tool: 'create_tag',
    title: 'Create a tag',
    description: 'Creates a tag. Its name must be new in the project.',
    input: () => ({ projectUuid: projectUuid(), name: z.string().min(1), color: z.string().describe('#rrggbb') }),
  }),
  operation({
    id: 'updateTag',
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/tags/{tagUuid}',
    tool: 'update_tag',
    title: 'Change a tag',
    description: 'Changes the name or colour of a tag; give at least one.',
    input: () => ({
      projectUuid: projectUuid().optional(),
      tagUuid: tagUuid(),
      name: z.string().min(1).optional(),
      color: z.string().optional(),
    }),
    unread,
    idempotent: true,
  }),
  operation({
    id: 'deleteTag',
    method: 'DELETE',
    path: '/api/v1/projects/{projectUuid}/tags/{tagUuid}',
    tool: 'delete_tag',
    title: 'Delete a tag',
    description: 'Deletes a tag and takes it off every metric.',
    input: () => ({ projectUuid: projectUuid().optional(), tagUuid: tagUuid() }),
    unread,
    irreversible: true,
  }),
  operation({
    id: 'addCategoryToCatalogItem',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/dataCatalog/{catalogSearchUuid}/categories',
    tool: 'add_category_to_catalog_item',
    title: 'Tag a metric',
    description: 'Puts a tag on a metric of the catalog.',
    input: () => ({
      projectUuid: projectUuid().optional(),
      catalogSearchUuid: catalogSearchUuid(),
      tagUuid: tagUuid(),
    }),
    unread,
  }),
  operation({
    id: 'removeCategoryFromCatalogItem',
    method: 'DELETE',
    path: '/api/v1/projects/{projectUuid}/dataCatalog/{catalogSearchUuid}/categories/{tagUuid}',
    tool: 'remove_category_from_catalog_item',
    title: 'Untag a metric',
    description: 'Takes a tag off a metric of the catalog.',
    input: () => ({
      projectUuid: projectUuid().optional(),
      catalogSearchUuid: catalogSearchUuid(),
      tagUuid: tagUuid(),
    }),
    unread,
  }),
  operation({
    id: 'updateCatalogItemIcon',
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/dataCatalog/{catalogSearchUuid}/icon',
    tool: 'update_catalog_item_icon',
    title: 'Set the icon of a metric',
    description: 'Sets the icon of a catalog item: {unicode: "2615"} or {url}; null removes it.',
    input: () => ({
      projectUuid: projectUuid(),
      catalogSearchUuid: catalogSearchUuid(),
      icon: z
        .strictObject({ unicode: z.string().optional(), url: z.string().optional() })
        .nullable()
        .meta({ anyOf: [{ type: 'object' }, { type: 'null' }] }),
    }),
    idempotent: true,
  }),
];
