/** A kind of resource: its name, its address, and the tool that returns the same text. */
interface ResourceTypeName {
  readonly type: ResourceType;
  readonly template: string;
  /** The tool whose answer it is; a resource is there only while its tool is switched on. */
  readonly tool: string;
  /** For a list: what of a project it is. For one thing: what it is. */
  readonly title: string;
  readonly description: string;
  readonly mimeType: 'text/markdown' | 'text/csv';
  /** Priority for hosts, from 0 to 1: the semantic layer before the content built on it. */
  readonly priority: number;
}

/** Types of resources: lists in the plural, one thing in the singular, and the rows of a kept result. */
export type ResourceType =
  | 'projects'
  | 'catalog'
  | 'metrics'
  | 'explores'
  | 'explore'
  | 'charts'
  | 'chart'
  | 'dashboards'
  | 'dashboard'
  | 'spaces'
  | 'result';

const markdown = 'text/markdown';
const project = 'lightdash://projects/{projectUuid}';

/** Every kind, in the order in which hosts see their templates. */
export const resourceTypes: readonly ResourceTypeName[] = [
  {
    type: 'projects',
    template: 'lightdash://projects',
    tool: 'list_organization_projects',
    title: 'Projects',
    description: 'The Lightdash projects you see, with their ids',
    mimeType: markdown,
    priority: 0.6,
  },
  {
    type: 'catalog',
    template: `${project}/catalog`,
    tool: 'get_catalog',
    title: 'Data catalog',
    description: 'Tables with what they hold and join',
    mimeType: markdown,
    priority: 0.9,
  },
  {
    type: 'metrics',
    template: `${project}/metrics`,
    tool: 'get_metrics_catalog',
    title: 'Metrics catalog',
    description: 'Metrics with description, category and use in charts',
    mimeType: markdown,
    priority: 0.9,
  },
  {
    type: 'explores',
    template: `${project}/explores`,
    tool: 'get_explores',
    title: 'Explores',
    description: 'Joined tables that can be queried',
    mimeType: markdown,
    priority: 0.9,
  },
  {
    type: 'explore',
    template: `${project}/explores/{exploreId}`,
    tool: 'get_explore',
    title: 'Explore',
    description: 'Dimensions and metrics of one explore, with their field ids',
    mimeType: markdown,
    priority: 0.8,
  },
  {
    type: 'dashboards',
    template: `${project}/dashboards`,
    tool: 'list_dashboards',
    title: 'Dashboards',
    description: 'Dashboards with space, views and last change',
    mimeType: markdown,
    priority: 0.6,
  },
  {
    type: 'charts',
    template: `${project}/charts`,
    tool: 'list_chart_summaries_in_project',
    title: 'Charts',
    description: 'Saved charts by space',
    mimeType: markdown,
    priority: 0.6,
  },
  {
    type: 'spaces',
    template: `${project}/spaces`,
    tool: 'list_spaces_in_project',
    title: 'Spaces',
    description: 'Spaces with who may see them and what they hold',
    mimeType: markdown,
    priority: 0.5,
  },
  {
    type: 'dashboard',
    template: `${project}/dashboards/{dashboardUuid}`,
    tool: 'get_dashboard',
    title: 'Dashboard',
    description: 'Filters and tiles of one dashboard, in order',
    mimeType: markdown,
    priority: 0.5,
  },
  {
    type: 'chart',
    template: `${project}/charts/{chartUuid}`,
    tool: 'get_saved_chart',
    title: 'Chart',
    description: 'What one saved chart shows: fields, filters, sorts, calculations, versions',
    mimeType: markdown,
    priority: 0.4,
  },
  {
    type: 'result',
    template: 'lightdash://results/{resultId}',
    tool: 'get_query_result',
    title: 'Query result',
    description: 'All rows of a recent result as CSV, while this server remembers it',
    mimeType: 'text/csv',
    priority: 0.3,
  },
];

/** The kind of that name. */
export function resourceTypeNamed(name: ResourceType): ResourceTypeName {
  const type = resourceTypes.find((resourceType) => resourceType.type === name);
  if (type === undefined) throw new Error(`there is no kind of resource ${name}`);
  return type;
}
