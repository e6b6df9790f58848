// Everything that write-docs.mjs writes from, in one module: it is bundled once.
export { settings } from '../../src/config/settings.ts';
export { apiPage } from './api-page.ts';
export { compatibilityPage } from './compatibility-page.ts';
export { hostsPage, settingsExample } from './hosts-page.ts';
export { policyPage } from './policy-page.ts';
export { serverJson } from './server-json.ts';
export { toolsPage } from './tools-page.ts';
export { toolsetsTable } from './toolsets-table.ts';
