import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { changeReadBack, rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { notListed } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { renderProject } from './render-project.ts';

async function projectNow(projectUuid: string, { execute }: ToolContext): Promise<JsonObject> {
  const { results } = await execute(operationById('GetProject'), { projectUuid });
  return isObject(results) ? results : {};
}

const createPreview: ToolHandler<'createPreview'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  // 0.1366 answers the uuid alone.
  const projectUuid = text(results) ?? (isObject(results) ? text(results.projectUuid) : undefined);
  const jobUuid = isObject(results) ? text(results.compileJobUuid) : undefined;
  const source = await projectNow(args.projectUuid, context).catch(ignoreApiError);
  const content = args.copyContent ? 'with its spaces, charts and dashboards' : 'without content';
  return {
    text: plainText(
      [
        `Created the preview project "${args.name}" (projectUuid ${projectUuid ?? '?'}) of "${text(source?.name) ?? args.projectUuid}", ${content}.`,
        jobUuid && `Its explores are compiled by job ${jobUuid}.`,
        projectUuid && `Open: ${context.lightdash.pageUrl(`/projects/${projectUuid}/home`)}`,
      ]
        .filter(Boolean)
        .join(' '),
    ),
    data: results,
  };
};

const setUpstream = changeReadBack<'updateProjectMetadata'>('get_project', async ({ projectUuid }, context) => {
  const { name, upstreamProjectUuid } = await projectNow(projectUuid, context);
  const uuid = text(upstreamProjectUuid);
  if (uuid === undefined) return plainText(`project "${text(name) ?? '?'}" has no upstream project`);
  const projects = objects(await context.read(operationById('ListOrganizationProjects'), {}).catch(ignoreApiError));
  const upstream = text(projects.find((item) => item.projectUuid === uuid)?.name);
  const label = upstream === undefined ? notListed(uuid) : `"${upstream}" (${uuid})`;
  return plainText(`project "${text(name) ?? '?'}" promotes to ${label}`);
});

/** Handlers of projects. */
export const projectHandlers = {
  GetProject: rendered(renderProject),
  createPreview,
  updateProjectMetadata: setUpstream,
} satisfies ToolHandlers;
