import type { ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import { LightdashError } from '../../lightdash/errors.ts';
import { resultCsv } from '../../render/csv.ts';
import { redact } from '../../secrets/secret-string.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ContentContext } from '../content-context.ts';
import { notFound, requestFailed } from '../protocol-errors.ts';
import { provenance } from '../provenance.ts';
import { readListableItems } from './listable-items.ts';
import { resourceTypeNamed } from './resource-types.ts';
import { parseResourceUri, type ResourceUri, ResourceUriError } from './resource-uri.ts';

/**
 * Reads a resource: the text of the tool that gives the same, or its data as JSON.
 *
 * @throws {ProtocolError} saying in words why there is nothing to read.
 */
export async function readResource(uri: string, context: ContentContext): Promise<ReadResourceResult> {
  const resource = parseUri(uri);
  const { tool, mimeType } = resourceTypeNamed(resource.type);
  if (!context.enabledTools.has(tool))
    throw notFound(uri, `The settings of this server switch ${tool} off, and with it this resource.`);
  if (resource.type === 'result') return readResult(uri, resource, context);
  await checkProject(uri, resource, context);
  const json = resource.format === 'json';
  const { projectUuid, ...own } = resource.variables;
  // A chart or dashboard is read by its own id; that it is in the project was checked.
  const args = 'chartUuid' in own || 'dashboardUuid' in own ? own : resource.variables;
  const offset = resource.offset === undefined || json ? {} : { offset: resource.offset };
  const { outcome, text, data } = await context.readTool(tool, { ...args, ...offset }, json ? 'data' : 'text');
  switch (outcome) {
    case 'ok':
      return contents(uri, json ? 'application/json' : mimeType, json ? asJson(data) : text);
    case 'not found':
    case 'refused':
      throw notFound(uri, text);
    default:
      throw requestFailed(text);
  }
}

function parseUri(uri: string): ResourceUri {
  try {
    return parseResourceUri(uri);
  } catch (error) {
    if (error instanceof ResourceUriError) throw notFound(uri, error.message);
    throw error;
  }
}

/** A project that may not be shown, and one thing under another project's address, are not there. */
async function checkProject(uri: string, { variables }: ResourceUri, context: ContentContext): Promise<void> {
  const { projectUuid, chartUuid, dashboardUuid } = variables;
  if (projectUuid === undefined) return;
  try {
    const visible = await context.scope.visible();
    if (!visible.some((project) => project.projectUuid.toLowerCase() === projectUuid)) {
      throw notFound(
        uri,
        `There is no project ${projectUuid} that this server may show; lightdash://projects lists them.`,
      );
    }
    const wanted = chartUuid ?? dashboardUuid;
    if (wanted === undefined) return;
    // By the project's list: reading the thing itself would count as a view of it, wherever it is.
    const listable = chartUuid === undefined ? 'dashboards' : 'charts';
    const items = await readListableItems(listable, projectUuid, context);
    if (!items.some((item) => item.id.toLowerCase() === wanted)) {
      const sqlCharts = listable === 'charts' ? ' Charts made by SQL have no address: get_saved_chart reads them.' : '';
      throw notFound(uri, `The project has no such ${listable.slice(0, -1)}, or none that you may see.${sqlCharts}`);
    }
  } catch (error) {
    if (!(error instanceof LightdashError)) throw error;
    const message = redact(error.userMessageLines.join(' '), context.secrets());
    throw error.kind === 'not found' ? notFound(uri, message) : requestFailed(message);
  }
}

function readResult(uri: string, { variables, format }: ResourceUri, { results }: ContentContext): ReadResourceResult {
  const table = results?.get(variables.resultId ?? '');
  if (table === undefined) {
    throw notFound(
      uri,
      'That result is no longer held: it is half an hour old, made room for later ones, or is of another run. Query again.',
    );
  }
  return format === 'json'
    ? contents(uri, 'application/json', asJson(table.rows))
    : contents(uri, 'text/csv', resultCsv(table));
}

const contents = (uri: string, mimeType: string, text: string): ReadResourceResult => ({
  contents: [{ uri, mimeType, text, _meta: { ...provenance('untrusted') } }],
});

/** Compact JSON; invisible characters are taken out of its texts, line breaks stay as `\n`. */
const asJson = (data: unknown): string => plainText(JSON.stringify(data ?? null));
