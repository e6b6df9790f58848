// A project of any size in the shapes that were recorded on 1.219: explores, the catalog, charts.

/** Fields that the server returns for a search at most. */
const SEARCH_PAGE = 50;
/** Subjects of tables; with a number each is a name of its own. */
const SUBJECTS = ['orders', 'visits', 'tickets', 'shipments', 'invoices', 'campaigns', 'payments', 'sessions'];
const THINGS = ['revenue', 'discount', 'weight', 'duration', 'margin', 'score', 'distance', 'volume', 'tax', 'budget'];
const QUALITIES = ['net', 'gross', 'planned', 'actual', 'first', 'last', 'average', 'regional', 'partner', 'seasonal'];

const titled = (words) => words.charAt(0).toUpperCase() + words.slice(1).replaceAll('_', ' ');

export const projectUuid = '00000000-0000-4000-8000-000000000001';

/** Name of the explore at a position. */
export const exploreName = (position) => `${SUBJECTS[position % SUBJECTS.length]}_${position}`;
/** Name of the table that only the explore at this position joins. */
export const joinedName = (position) => `notes_of_${exploreName(position)}`;
/** A metric of the table that only one explore joins. */
export const joinedMetric = (position) => `${joinedName(position)}_urgency_index`;

/**
 * @param {number} explores number of explores
 * @param {number} fields fields of each explore's own table
 * @param {number} unlisted number of explores, the last ones, that the table settings keep out of the catalog
 * @param {number} joinEvery every so many explores one joins a table without an explore; 0 for none
 */
export function largeProject({ explores, fields, joinEvery = 0, unlisted = 0 }) {
  const joins = (position) => joinEvery > 0 && position % joinEvery === 0;
  const exploreAt = (position) => buildExplore(position, fields, joins(position));
  const positions = Array.from({ length: explores }, (_, position) => position);
  const byName = new Map(positions.map((position) => [exploreName(position), position]));
  const summaries = positions.map((position) => summaryOf(position));
  const listed = positions.slice(0, explores - unlisted);
  const tables = listed.map((position) => ({
    ...summaryOf(position),
    type: 'table',
    joinedTables: joins(position) ? [joinedName(position)] : [],
    catalogSearchUuid: '',
    categories: [],
    icon: null,
    aiHints: null,
  }));
  const search = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = [];
    for (const position of listed) {
      for (const field of tableFields(exploreName(position), fields)) {
        const own = `${field.label} ${field.description ?? ''}`.toLowerCase().split(/[^a-z0-9]+/);
        if (words.every((word) => own.some((item) => item.startsWith(word)))) hits.push(catalogField(field));
        if (hits.length === SEARCH_PAGE) return hits;
      }
    }
    return hits;
  };
  return {
    /** The results of a request; undefined if there is no such route. */
    results(target) {
      const { pathname, searchParams } = new URL(target, 'http://localhost');
      const base = `/api/v1/projects/${projectUuid}`;
      if (pathname === '/api/v1/health') return { healthy: true, version: '1.219.0', query: { maxLimit: 5000 } };
      if (pathname === '/api/v1/org/projects') return [{ projectUuid, name: 'Large', type: 'DEFAULT' }];
      if (pathname === `${base}/explores`) return summaries;
      if (pathname.startsWith(`${base}/explores/`)) {
        const position = byName.get(decodeURIComponent(pathname.slice(`${base}/explores/`.length)));
        return position === undefined ? undefined : exploreAt(position);
      }
      if (pathname === `${base}/dataCatalog/metrics`) return metricsPage(explores * Math.floor(fields / 4));
      if (pathname !== `${base}/dataCatalog`) return undefined;
      const text = searchParams.get('search');
      if (text) return search(text);
      if (searchParams.get('type') !== 'field') return tables;
      return listed.flatMap((position) => [
        ...tableFields(exploreName(position), fields).map(catalogField),
        ...(joins(position) ? joinedFields(position).map(catalogField) : []),
      ]);
    },
  };
}

/** A page of one, of which only the total is of use. */
const metricsPage = (total) => ({
  pagination: { page: 1, pageSize: 1, totalPageCount: total, totalResults: total },
  data: [catalogField(tableFields(exploreName(0), 4)[3])],
});

const summaryOf = (position) => ({
  name: exploreName(position),
  label: titled(exploreName(position)),
  tags: [],
  groupLabel: 'All',
  databaseName: 'warehouse',
  schemaName: 'public',
  description: `Everything about ${exploreName(position)}.`,
});

/** Three of four fields are dimensions; every tenth of them is a date. */
function tableFields(table, count) {
  return Array.from({ length: count }, (_, position) => {
    const name = `${QUALITIES[position % QUALITIES.length]}_${THINGS[Math.floor(position / 10) % THINGS.length]}_${position}`;
    const isMetric = position % 4 === 3;
    return {
      name,
      label: titled(name),
      description: `The ${name.replaceAll('_', ' ')} of each row, as the finance team agreed to define it in 2023.`,
      table,
      tableLabel: titled(table),
      fieldType: isMetric ? 'metric' : 'dimension',
      type: isMetric ? 'sum' : position % 10 === 0 ? 'date' : 'string',
      hidden: false,
    };
  });
}

const joinedFields = (position) => [
  ...tableFields(joinedName(position), 20),
  {
    name: 'urgency_index',
    label: `Urgency index ${position}`,
    description: 'How urgent a note is.',
    table: joinedName(position),
    tableLabel: titled(joinedName(position)),
    fieldType: 'metric',
    type: 'average',
    hidden: false,
  },
];

const catalogField = ({ name, label, description, table, tableLabel, fieldType, type }) => ({
  name,
  label,
  description,
  tableLabel,
  tableName: table,
  fieldType,
  basicType: fieldType === 'metric' ? 'number' : type,
  fieldValueType: type,
  type: 'field',
  aiHints: null,
  tags: [],
  categories: [],
  catalogSearchUuid: '',
  icon: null,
  owner: null,
});

function buildExplore(position, fields, joins) {
  const name = exploreName(position);
  const own = buildTable(name, tableFields(name, fields));
  const joined = joinedName(position);
  return {
    name,
    label: titled(name),
    tags: [],
    baseTable: name,
    targetDatabase: 'postgres',
    joinedTables: joins
      ? [{ table: joined, sqlOn: `\${${name}.id} = \${${joined}.id}`, compiledSqlOn: '(1 = 1)' }]
      : [],
    tables: { [name]: own, ...(joins && { [joined]: buildTable(joined, joinedFields(position)) }) },
  };
}

function buildTable(table, fields) {
  const compiled = (field, index) => [
    field.name,
    {
      ...field,
      sql: `\${TABLE}.${field.name}`,
      compiledSql: `"${table}".${field.name}`,
      tablesReferences: [table],
      index,
      groups: [],
    },
  ];
  const of = (type) => Object.fromEntries(fields.filter(({ fieldType }) => fieldType === type).map(compiled));
  return {
    name: table,
    label: titled(table),
    description: `Everything about ${table}.`,
    database: 'warehouse',
    schema: 'public',
    sqlTable: `"warehouse"."public"."${table}"`,
    lineageGraph: {},
    dimensions: of('dimension'),
    metrics: of('metric'),
  };
}
