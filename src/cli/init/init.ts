import { type InitRequest, readCommand } from '../../config/command-line.ts';
import { type Config, ConfigError, type HostId, hostIds } from '../../config/config.ts';
import { settings } from '../../config/settings.ts';
import { enabledTools } from '../../inventory/enabled-tools.ts';
import type { ProxySettings } from '../../lightdash/http/network.ts';
import { type CheckResult, checkResultLine, failedBy } from '../doctor/check-result.ts';
import { checkConnection } from '../doctor/connection.ts';
import { checkProjects } from '../doctor/projects.ts';
import { checkSignIn } from '../doctor/sign-in.ts';
import type { DoctorContext } from '../doctor/subject.ts';
import { changes } from './describe-changes.ts';
import { type Entry, entryVariables, isSecret, launch, withPlaceholders } from './entry.ts';
import { FileError, type Files } from './files.ts';
import { claudeCommand, type Host, hosts, type Machine, renderEntry } from './hosts.ts';
import { type Merged, UnmergeableError } from './merge-result.ts';
import type { Terminal } from './terminal.ts';

/** What `init` needs of the process that it runs in. */
export interface InitContext {
  readonly terminal: Terminal;
  readonly files: Files;
  readonly machine: Machine;
  /** Path of the file that runs now. */
  readonly mainPath: string;
  readonly proxy: ProxySettings;
  /** Makes settings ready to be checked. */
  subjectOf(config: Config): DoctorContext;
  now(): number;
}

/** What to ask an assistant first: it shows that everything works. */
export const FIRST_QUESTION = 'Which projects are there in Lightdash, and what can I ask about?';

/** The person gave up. */
class Stopped extends Error {}

/**
 * Makes the entry for a host: asks for what is missing, checks that it works, and prints the entry or writes it.
 *
 * @returns the exit code: 0 where the entry is printed or written; 1 where nothing was done.
 * @throws {ConfigError} for what is missing and cannot be asked for; {@link PolicyError} for settings that name no tool.
 */
export async function init(request: InitRequest, context: InitContext): Promise<0 | 1> {
  try {
    return await make(request, context);
  } catch (error) {
    if (!(error instanceof Stopped || error instanceof FileError)) throw error;
    context.terminal.write(
      error instanceof Stopped ? 'Stopped. Nothing was written.' : `Nothing was written: ${error.message}`,
    );
    return 1;
  }
}

async function make(request: InitRequest, context: InitContext): Promise<0 | 1> {
  const { terminal, machine, mainPath } = context;
  if (machine.home === '') throw new ConfigError('Where the settings of programs are is not known: HOME is empty');
  const host = hosts[request.host ?? (await askHost(terminal))];
  const given = request.sandbox === undefined ? await complete(request.given, terminal) : request.given;
  const flags = request.sandbox === undefined ? [] : [`--sandbox=${request.sandbox}`];
  const command = readCommand(flags, given);
  if (command.command !== 'serve') throw new Error('settings alone are no command');
  const { config } = command;
  enabledTools(config);
  // The sandbox's database may be one that only the entry's command brings along: there is nothing to check.
  if (request.sandbox === undefined && !(await works(context.subjectOf(config), terminal))) {
    terminal.write('\nNothing was written. lightdash-mcp doctor says more, with the same options.');
    return 1;
  }
  const { command: program, args } = launch({ mainPath, platform: machine.platform }, request.sandbox);
  const env = entryVariables(config, given, machine.environment, context.proxy);
  const entry: Entry = { command: program, args, env };
  for (const [name, value] of Object.entries(env)) {
    if (host.variable?.test(value) && !(host.asksForSecrets && isSecret(name))) {
      terminal.write(`warning: ${host.title} takes a part of ${name} for a variable; give it another value.`);
    }
  }
  if (!request.write) {
    show(host, request.name, entry, context);
    const file = host.file(machine);
    if (!terminal.interactive || !(await agrees(terminal, `\nWrite it into ${file}?`))) return 0;
  }
  return write(host, request, entry, context);
}

async function askHost(terminal: Terminal): Promise<HostId> {
  if (!terminal.interactive) throw new ConfigError(`--host is not given: one of ${hostIds.join(', ')}`);
  terminal.write(`Which program is it for? ${hostIds.join(', ')}`);
  for (;;) {
    const answer = await terminal.ask('Host: ');
    if (answer === undefined) throw new Stopped();
    const known = hostIds.find((id) => id === answer.toLowerCase());
    if (known !== undefined) return known;
    terminal.write('It is none of these.');
  }
}

/** The given settings with an address and a way to sign in; asked for where somebody is there, else left to be refused. */
async function complete(given: InitRequest['given'], terminal: Terminal): Promise<Record<string, string>> {
  const { url, apiKey } = settings;
  const all = { ...given };
  if (!terminal.interactive) return all;
  all[url.env] ??= await askUntil('Address of Lightdash: ', url.read, terminal);
  const signsIn = [apiKey, settings.sessionCookie, settings.email].some(({ env }) => all[env] !== undefined);
  if (!signsIn) {
    const address = url.read.safeParse(all[url.env]).data;
    const page = address && `${address.href.replace(/\/+$/, '')}/generalSettings/personalAccessTokens`;
    terminal.write(`It needs a personal access token${page ? `: ${page}` : ''}`);
    all[apiKey.env] = await askUntil('Token (not shown): ', apiKey.read, terminal, { hidden: true });
  }
  return all;
}

async function askUntil(
  question: string,
  read: (typeof settings)['url' | 'apiKey']['read'],
  terminal: Terminal,
  how?: { readonly hidden: boolean },
): Promise<string> {
  for (;;) {
    const answer = await terminal.ask(question, how);
    if (answer === undefined) throw new Stopped();
    if (answer === '') continue;
    const problem = read.safeParse(answer).error?.issues[0]?.message;
    if (problem === undefined) return answer;
    terminal.write(`It ${problem}.`);
  }
}

/** Whether Lightdash lets the person in; a line for each thing that was found out. */
async function works(subject: DoctorContext, terminal: Terminal): Promise<boolean> {
  let fine = true;
  const tell = (findings: readonly CheckResult[]) => {
    for (const finding of findings) {
      if (finding.mark === 'failed') fine = false;
      terminal.write(checkResultLine(finding, subject.lightdash.secrets));
    }
  };
  const { findings, answers } = await checkConnection(subject);
  tell(findings);
  if (!answers) return false;
  try {
    tell([await checkSignIn(subject)]);
    tell((await checkProjects(subject)).findings);
  } catch (error) {
    tell([failedBy('Sign-in', error)]);
  }
  return fine;
}

async function agrees(terminal: Terminal, question: string): Promise<boolean> {
  const answer = await terminal.ask(`${question} (y/n) `);
  if (answer === undefined) throw new Stopped();
  return /^y(es)?$/i.test(answer);
}

/** Prints where the entry goes and the entry itself, words in the place of its secrets. */
function show(host: Host, name: string, entry: Entry, { terminal, machine }: InitContext): void {
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
    show(host, name, entry, context);
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
    if (!force && !(await agrees(terminal, 'Replace it?'))) {
      terminal.write('Nothing was written.');
      return 1;
    }
  }
  const { backup, readByOthers } = await files.replace(file, before, text, new Date(context.now()));
  const beside = others.length === 0 ? '' : `; left as they are: ${others.join(', ')}`;
  const withWhat = Object.keys(entry.env).join(', ') || 'no settings';
  terminal.write(`Wrote the server "${name}" with ${withWhat} into ${file}${beside}.`);
  if (backup !== undefined) terminal.write(`The file as it was: ${backup}`);
  const holdsSecrets = !host.asksForSecrets && Object.keys(entry.env).some(isSecret);
  if (holdsSecrets && readByOthers && machine.platform !== 'win32') {
    terminal.write(`It holds secrets now, and others on this machine may read it: chmod 600 ${file}`);
  }
  terminal.write(`${host.next} Then ask: "${FIRST_QUESTION}"`);
  return 0;
}
