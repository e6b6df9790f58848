import type { ClientCapabilities, ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import type { ToolDefinition } from '../inventory/tool-entries.ts';

// MCP Apps, 2026-01-26: https://modelcontextprotocol.io/extensions/apps. Nothing of it is offered to hosts that do not declare it.

const EXTENSION = 'io.modelcontextprotocol/ui';
const MIME_TYPE = 'text/html;profile=mcp-app';
const URI = 'ui://lightdash-mcp/chart.html';

/** Tool whose result the App shows. */
export const SHOW_CHART = 'show_chart';
/** Tool of the App alone: called by it if its host dropped the data of a result. */
export const CHART_DATA = 'chart_data';

/** The extension as both sides declare it. */
export const appExtension = { [EXTENSION]: { mimeTypes: [MIME_TYPE] } };

/** True if the host shows MCP Apps. */
export function showsApps(capabilities: ClientCapabilities | undefined): boolean {
  const declared = capabilities?.extensions?.[EXTENSION];
  if (declared === undefined || !('mimeTypes' in declared)) return false;
  return Array.isArray(declared.mimeTypes) && declared.mimeTypes.includes(MIME_TYPE);
}

/** The tools as a host that shows Apps sees them: show_chart points to its App, and the App has a tool of its own. */
export function withChartApp(tools: readonly ToolDefinition[]): object[] {
  return tools.flatMap((tool) => {
    if (tool.name !== SHOW_CHART) return [tool];
    const shown = {
      ...tool,
      _meta: { ...tool._meta, ui: { resourceUri: URI }, 'ui/resourceUri': URI },
    };
    const data = {
      ...tool,
      name: CHART_DATA,
      title: 'Data of a shown chart',
      description: 'The data of a chart for the chart App.',
      _meta: { ...tool._meta, ui: { visibility: ['app'] } },
    };
    return [shown, data];
  });
}

/** The App's page, or undefined for another address. */
export async function readChartApp(uri: string): Promise<ReadResourceResult | undefined> {
  if (uri !== URI) return undefined;
  const { chartAppPage } = await import('../charts/app-page.ts');
  return {
    contents: [
      {
        uri,
        mimeType: MIME_TYPE,
        text: await chartAppPage(),
        _meta: { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true } },
      },
    ],
  };
}
