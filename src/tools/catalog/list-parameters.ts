import { UnknownRouteError } from '../../lightdash/errors.ts';
import { projectUuid } from '../../operations/fields.ts';
import { parametersOf } from '../../query/execution/query-parameters.ts';
import { describeParameter } from '../../query/parameters/parameter.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { plainText } from '../../text/plain-text.ts';
import { defineTool } from '../operation-tool.ts';

/** The parameters of a project: values that its metrics refer to and a query may set. */
export const listParameters = defineTool({
  name: 'list_parameters',
  since: '1.219',
  title: 'List parameters to set in a query',
  description: 'Parameters of a project that change its metrics, with default and options: for parameters of a query.',
  toolset: 'projects',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: projectUuid() }),
  async run({ projectUuid: project }, context) {
    const { isNewer, version } = await context.server.get();
    try {
      const parameters = await parametersOf(context.read, project);
      if (parameters.length === 0) return { text: 'The project has no parameters.', data: [] };
      const lines = parameters.map((parameter) => plainText(describeParameter(parameter)));
      const head = `${pluralize(parameters.length, 'parameter')}, each as name (label): values, default, options. Set them in parameters of a query.`;
      return { text: renderWithinBudget([head], lines, context.budget, 'parameters', ''), data: parameters };
    } catch (error) {
      if (!(error instanceof UnknownRouteError) || isNewer) throw error;
      return { text: `This Lightdash${version ? ` (${version})` : ''} has no parameters: newer ones do.`, data: [] };
    }
  },
});
