import { ignoreApiError } from '../../lightdash/errors.ts';
import { sentence } from '../../text/format.ts';
import { isObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { changeReadBack, rendered, type ToolHandlers } from '../operation-tool.ts';
import { fetchProjects } from '../people/user-access-facts.ts';
import { type Preview, type PreviewClient, quoted, results } from '../preview.ts';

/** `anyone with an address at "acme.example" may join the organization as viewer`; undefined for another response. */
async function joiningRule(rule: unknown, client: PreviewClient): Promise<string | undefined> {
  const { emailDomains, role, projects } = isObject(rule) ? rule : {};
  if (!Array.isArray(emailDomains)) return undefined;
  const domains = [...new Set(texts(emailDomains))];
  if (domains.length === 0) return 'no one may join the organization by an e-mail address';
  const inProjects = objects(projects);
  const names = inProjects.length === 0 ? [] : await fetchProjects(client).catch(ignoreApiError);
  const roles = inProjects.map(({ projectUuid, role: inProject }) => {
    const name = names?.find((project) => project.projectUuid === projectUuid)?.name;
    return `${String(inProject)} of ${name === undefined ? String(projectUuid) : quoted(name)}`;
  });
  const more = roles.length > 0 ? `, and as ${roles.join(', ')}` : '';
  return plainText(
    `anyone with an address at ${domains.map(quoted).join(', ')} may join the organization as ${text(role) ?? '?'}${more}`,
  );
}

const ruleNow = async (client: PreviewClient): Promise<string | undefined> =>
  joiningRule(await results(client, 'ListOrganizationEmailDomains', {}), client);

/** The people who may join by themselves; undefined if the same may now. */
export const previewEmailDomains: Preview = async (args, client) => {
  const [before, after] = [await ruleNow(client), await joiningRule(args, client)];
  if (before === after || after === undefined) return undefined;
  return `${sentence(after)}. Before: ${before ?? 'unknown'}.`;
};

/** Handlers of the e-mail domains of an organization. */
export const emailDomainHandlers = {
  ListOrganizationEmailDomains: rendered(async (rule, _, client) => {
    const words = await joiningRule(rule, client);
    return words && `${sentence(words)}.`;
  }),
  UpdateOrganizationEmailDomains: changeReadBack('list_organization_email_domains', (_, client) => ruleNow(client)),
} satisfies ToolHandlers;
