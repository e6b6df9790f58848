import { readAsset } from './assets.ts';

/** Key of the chart's spec in the `_meta` of a result. */
export const CHART_APP_META = 'lightdash/chart';

/** The MCP App in one HTML file, without any request: the page with the kit in it. */
export async function chartAppPage(): Promise<string> {
  const [page, kit] = await Promise.all([readAsset('view.html'), readAsset('kit.cjs')]);
  const script = `var chartKit={exports:{}};(function(module){${inlineScript(kit.toString())}\n})(chartKit)`;
  // Not String.replace: it would read `$&` in the script.
  return page.toString().split('/*kit*/').join(script);
}

/** JavaScript that is safe inside a script element, with the same meaning: both are parts of strings and regexes only. */
const inlineScript = (code: string): string => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
