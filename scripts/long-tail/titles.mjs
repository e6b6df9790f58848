/** Words of operation ids as people write them. */
const written = {
  ai: 'AI',
  api: 'API',
  sql: 'SQL',
  sso: 'SSO',
  scim: 'SCIM',
  csv: 'CSV',
  pr: 'pull request',
  url: 'address',
  mcp: 'MCP',
  dbt: 'dbt',
  uuid: 'uuid',
  id: 'id',
  oauth: 'OAuth',
  github: 'GitHub',
  gitlab: 'GitLab',
  bigquery: 'BigQuery',
  gsheet: 'Google sheet',
  viz: 'chart',
  oidc: 'OIDC',
  azure: 'Azure',
  okta: 'Okta',
  google: 'Google',
  slack: 'Slack',
  yaml: 'YAML',
  otp: 'one-time passcode',
  config: 'settings',
  async: '',
  v2: '',
  aws: 'AWS',
  redshift: 'Redshift',
  upsert: 'create or update',
  execute: 'start',
  writeback: 'write-back',
  calculate: 'calculate',
  evals: 'evaluations',
};

/** A title of an operation id: `getDownloadActivity` gives `Get download activity`. */
export function titleOf(id) {
  const words = id
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .replace(/\bBig Query\b/gi, 'BigQuery')
    .replace(/\bOne Login\b/g, 'OneLogin')
    .replace(/\bAzure Ad\b/g, 'Azure AD')
    .replace(/\bMcp OAuth\b/g, 'MCP OAuth')
    .split(/\s+/)
    .map((word) =>
      /^(BigQuery|OneLogin|AD|OAuth|MCP)$/.test(word) ? word : (written[word.toLowerCase()] ?? word.toLowerCase()),
    )
    .filter((word) => word !== '');
  const title = words.join(' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}
