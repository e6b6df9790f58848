import { type InitRequest, readCommand } from '../../config/command-line.ts';
import { type Config, ConfigError, type HostId, hostIds } from '../../config/config.ts';
import { settings } from '../../config/settings.ts';
import { enabledTools } from '../../inventory/enabled-tools.ts';
import type { ProxySettings } from '../../lightdash/http/network.ts';
import { type CheckResult, checkResultLine, failedBy } from '../doctor/check-result.ts';
import { checkConnection } from '../doctor/connection.ts';
import type { DoctorContext } from '../doctor/doctor-context.ts';
import { checkProjects } from '../doctor/projects.ts';
import { checkSignIn } from '../doctor/sign-in.ts';
import { withinTime } from '../doctor/within-time.ts';
import { changes } from './describe-changes.ts';
import { type Entry, entryVariables, isSecret, launch, npxTarball, withPlaceholders } from './entry.ts';
import { FileError, type Files } from './files.ts';
import { claudeCommand, type Host, hosts, type Machine, renderEntry } from './hosts.ts';
import { type Merged, UnmergeableError } from './merge-result.ts';
import type { Terminal } from './terminal.ts';

/** The parts of the process that `init` uses. */
interface InitContext {
  readonly terminal: Terminal;
  readonly files: Files;
  readonly machine: Machine;
  /** Path of the file that runs now. */
  readonly mainPath: string;
  /** Path of the Node that runs it. */
  readonly nodePath: string;
  readonly proxy: ProxySettings;
  /** Prepares settings for the checks. */
  createDoctorContext(config: Config): DoctorContext;
  /** @throws {ConfigError} if the sandbox's database is not installed next to this file. */
  requireWarehouse(): void;
  now(): number;
}

/** A first question to an assistant, which shows that everything works. */
export const FIRST_QUESTION = 'Which projects are there in Lightdash, and what can I ask about?';

/** The user aborted. */
class AbortedError extends Error {}

/**
 * Creates the entry for a host: prompts for missing settings, checks them, and prints or writes the entry.
 *
 * @returns the exit code: 0 if the entry was printed or written, 1 otherwise.
 * @throws {ConfigError} for missing settings if there is no terminal, or if the sandbox's database is missing;
 * {@link ToolFilterError} for unknown tools.
 */
export async function init(request: InitRequest, context: InitContext): Promise<0 | 1> {
  try {
    return await createEntry(request, context);
  } catch (error) {
    if (!(error instanceof AbortedError || error instanceof FileError)) throw error;
    context.terminal.write(
      error instanceof AbortedError ? 'Stopped. Nothing was written.' : `Nothing was written: ${error.message}`,
    );
    return 1;
  }
}

async function createEntry(request: InitRequest, context: InitContext): Promise<0 | 1> {
  const { terminal, machine, mainPath, nodePath, files } = context;
  if (machine.home === '') throw new ConfigError('The folder of settings is unknown: HOME is empty');
  const host = hosts[request.host ?? (await promptHost(terminal))];
  const variables =
    request.sandbox === undefined ? await completeSettings(request.variables, terminal) : request.variables;
  const flags = request.sandbox === undefined ? [] : [`--sandbox=${request.sandbox}`];
  const command = readCommand(flags, variables);
  if (command.command !== 'serve') throw new Error('settings alone are no command');
  const { config } = command;
  enabledTools(config);
  if (request.sandbox === undefined && !(await checkSettings(context.createDoctorContext(config), terminal))) {
    terminal.write('\nNothing was written. The command doctor with the same options shows more.');
    return 1;
  }
  const tarball = await npxTarball(mainPath, files.read);
  const { command: program, args } = launch(
    { mainPath, nodePath, platform: machine.platform, tarball },
    request.sandbox,
  );
  // npx installs the database with its command.
  if (request.sandbox !== undefined && program === nodePath) context.requireWarehouse();
  const env = entryVariables(config, variables, machine.environment, context.proxy);
  const entry: Entry = { command: program, args, env };
  for (const [name, value] of Object.entries(env)) {
    if (host.variable?.test(value) && !(host.asksForSecrets && isSecret(name))) {
      terminal.write(`warning: ${host.title} would replace a part of ${name} as a variable; use another value.`);
    }
  }
  if (!request.write) {
    printEntry(host, request.name, entry, context);
    const file = host.file(machine);
    if (!terminal.interactive || !(await confirm(terminal, `\nWrite it into ${file}?`))) return 0;
  }
  return write(host, request, entry, context);
}

async function promptHost(terminal: Terminal): Promise<HostId> {
  if (!terminal.interactive) throw new ConfigError(`--host is not given: one of ${hostIds.join(', ')}`);
  terminal.write(`Which program is it for? ${hostIds.join(', ')}`);
  for (;;) {
    const answer = await terminal.prompt('Host: ');
    if (answer === undefined) throw new AbortedError();
    const hostId = hostIds.find((id) => id === answer.toLowerCase());
    if (hostId !== undefined) return hostId;
    terminal.write('Unknown program.');
  }
}

/** The settings, completed by prompts for address and token; without a terminal unchanged. */
async function completeSettings(
  variables: InitRequest['variables'],
  terminal: Terminal,
): Promise<Record<string, string>> {
  const { url, apiKey } = settings;
  const all = { ...variables };
  if (!terminal.interactive) return all;
  all[url.env] ??= await promptUntilValid('Address of Lightdash: ', url.read, terminal);
  const hasCredentials = [apiKey, settings.sessionCookie, settings.email].some(({ env }) => all[env] !== undefined);
  if (!hasCredentials) {
    const address = url.read.safeParse(all[url.env]).data;
    const page = address && `${address.href.replace(/\/+$/, '')}/generalSettings/personalAccessTokens`;
    terminal.write(`It needs a personal access token${page ? `: ${page}` : ''}`);
    all[apiKey.env] = await promptUntilValid('Token (not shown): ', apiKey.read, terminal, { hidden: true });
  }
  return all;
}

async function promptUntilValid(
  question: string,
  read: (typeof settings)['url' | 'apiKey']['read'],
  terminal: Terminal,
  options?: { readonly hidden: boolean },
): Promise<string> {
  for (;;) {
    const answer = await terminal.prompt(question, options);
    if (answer === undefined) throw new AbortedError();
    if (answer === '') continue;
    const problem = read.safeParse(answer).error?.issues[0]?.message;
    if (problem === undefined) return answer;
    terminal.write(`It ${problem}.`);
  }
}

/** Checks connection and sign-in, with a line for each result; true if nothing failed. */
async function checkSettings(context: DoctorContext, terminal: Terminal): Promise<boolean> {
  let isOk = true;
  const print = (results: readonly CheckResult[]) => {
    for (const result of results) {
      if (result.status === 'failed') isOk = false;
      terminal.write(checkResultLine(result, context.lightdash.secrets));
    }
  };
  try {
    const { results, responds } = await withinTime(context, () => checkConnection(context));
    print(results);
    if (!responds) return false;
  } catch (error) {
    print([failedBy('Address', error)]);
    return false;
  }
  try {
    print([await withinTime(context, () => checkSignIn(context))]);
    print((await withinTime(context, () => checkProjects(context))).results);
  } catch (error) {
    print([failedBy('Sign-in', error)]);
  }
  return isOk;
}

async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  const answer = await terminal.prompt(`${question} (y/n) `);
  if (answer === undefined) throw new AbortedError();
  return /^y(es)?$/i.test(answer);
}

/** Prints the path of the settings file and the entry, with placeholders for secrets. */
function printEntry(host: Host, name: string, entry: Entry, { terminal, machine }: InitContext): void {
  const open = withPlaceholders(entry);
  terminal.write(`\n${host.title} reads ${host.file(machine)}. Its entry for Lightdash:\n`);
  terminal.write(renderEntry(host, name, open));
  if (host.id === 'claude-code') {
    terminal.write(`\nOr let Claude Code write it:\n\n${claudeCommand(name, open, machine.platform)}`);
  }
  const secrets = Object.keys(entry.env).filter(isSecret);
  if (secrets.length > 0 && !host.asksForSecrets) {
    terminal.write(`\nThe value of ${secrets.join(', ')} is left out here; --write puts it into the file.`);
  }
}

async function write(host: Host, request: InitRequest, entry: Entry, context: InitContext): Promise<0 | 1> {
  const { terminal, files, machine } = context;
  const { name, force } = request;
  const file = host.file(machine);
  const before = await files.read(file);
  let merged: Merged;
  try {
    merged = host.merge(before ?? '', name, entry);
  } catch (error) {
    if (!(error instanceof UnmergeableError)) throw error;
    terminal.write(`Nothing was written: ${file} cannot be changed safely, because ${error.message}.`);
    printEntry(host, name, entry, context);
    return 1;
  }
  const { text, entry: written, existing, others } = merged;
  if (text === before) {
    terminal.write(`${file} has this entry already; nothing was written.`);
    return 0;
  }
  if (existing !== undefined) {
    terminal.write(`${file} has a server "${name}" already. ${changes(existing, written)}`);
    if (!force && !terminal.interactive) {
      terminal.write('Nothing was written: --force replaces it, --name gives this one another name.');
      return 1;
    }
    if (!force && !(await confirm(terminal, 'Replace it?'))) {
      terminal.write('Nothing was written.');
      return 1;
    }
  }
  const { backup, readByOthers } = await files.replace(file, before, text, new Date(context.now()));
  const unchanged = others.length === 0 ? '' : `; left as they are: ${others.join(', ')}`;
  const content = [...(request.sandbox === undefined ? [] : ['sample data']), ...Object.keys(entry.env)].join(', ');
  terminal.write(`Wrote the server "${name}" with ${content} into ${file}${unchanged}.`);
  if (backup !== undefined) terminal.write(`The file as it was: ${backup}`);
  const holdsSecrets = !host.asksForSecrets && Object.keys(entry.env).some(isSecret);
  if (holdsSecrets && readByOthers && machine.platform !== 'win32') {
    terminal.write(`It holds secrets now, and others on this machine may read it: chmod 600 ${file}`);
  }
  terminal.write(`${host.next} Then ask: "${FIRST_QUESTION}"`);
  return 0;
}
