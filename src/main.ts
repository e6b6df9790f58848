#!/usr/bin/env node
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { helpText, type InitRequest, introduction, readCommand } from './config/command-line.ts';
import { type Config, ConfigError, type SandboxRelease } from './config/config.ts';
import { excludableOperations } from './inventory/enabled-tools.ts';
import { ToolFilterError } from './inventory/tool-filter.ts';
import { type ConnectionTarget, LightdashClient } from './lightdash/client.ts';
import { withScheme } from './lightdash/http/network.ts';
import { AppState } from './mcp/app-state.ts';
import { createServer } from './mcp/server.ts';
import { StdioTransport, type WriteLine } from './mcp/stdio-transport.ts';
import { type AuditFile, openAuditFile } from './observability/audit-file.ts';
import { auditActor, createAuditTrail, NO_AUDIT } from './observability/audit-trail.ts';
import { createLog, type ProcessLog } from './observability/log.ts';
import { SecretString } from './secrets/secret-string.ts';
import { version } from './version.ts';

/** A host that closes stdin may still read: time for calls in flight to finish. */
const SHUTDOWN_GRACE_MS = 700;

// A person at a terminal: hosts connect a pipe.
const isTerminal = process.stdin.isTTY === true;
const mainPath = fileURLToPath(import.meta.url);
// Nothing reads the output any more.
process.stdout.once('error', () => process.exit(0));

try {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.command === 'help') process.stdout.write(`${helpText(programName())}\n`);
  else if (command.command === 'version') process.stdout.write(`${version}\n`);
  else if (command.command === 'doctor') end(await doctor(command.config));
  else if (command.command === 'init') end(await init(command.request));
  else await serve(command.config);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ToolFilterError)) throw error;
  process.stderr.write(`lightdash-mcp: ${error.message}\n`);
  if (isTerminal && process.argv.length === 2) process.stderr.write(`\n${introduction(programName())}\n`);
  process.exitCode = 2;
}

/** Command that starts this program again. */
function programName(): string {
  return /[\\/]node_modules[\\/]/.test(mainPath) ? 'lightdash-mcp' : `node ${process.argv[1] ?? mainPath}`;
}

function clientOf(config: Config): LightdashClient {
  const { sandbox } = config;
  if (sandbox) requireWarehouse();
  return new LightdashClient({
    ...config,
    credentials: config,
    timeoutMs: config.timeout * 1_000,
    userAgent: `lightdash-mcp/${version}`,
    proxy: proxyOf(process.env),
    ...(sandbox && { start: () => openSandbox(sandbox) }),
  });
}

async function doctor(config: Config): Promise<number> {
  // An audit log that cannot be opened would stop the server at its start.
  if (config.auditLog !== undefined) openAudit(config.auditLog, () => []);
  const { doctor, doctorContext } = await import('./cli/index.ts');
  return doctor(doctorContext(config, clientOf(config), processEnvironment()), writeLine);
}

async function init(request: InitRequest): Promise<number> {
  const { init, localFiles, doctorContext, terminalOf } = await import('./cli/index.ts');
  return init(request, {
    terminal: terminalOf(process.stdin, process.stdout),
    files: localFiles,
    machine: { platform: process.platform, home: homedir(), environment: process.env },
    mainPath,
    nodePath: process.execPath,
    proxy: proxyOf(process.env),
    createDoctorContext: (config) => doctorContext(config, clientOf(config), processEnvironment()),
    requireWarehouse,
    now: Date.now,
  });
}

/** The parts of the process that `doctor` and `init` use. */
function processEnvironment() {
  return {
    nodeVersion: process.versions.node,
    proxy: proxyOf(process.env),
    trustsEveryone: process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0',
    now: Date.now,
  };
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Ends the process after all output is written, even with open connections or the sandbox running. */
function end(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

async function serve(config: Config): Promise<void> {
  const lightdash = clientOf(config);
  const log = createLog(config.logLevel, () => lightdash.secrets);
  const secrets = () => lightdash.secrets;
  const toFile = config.auditLog === undefined ? undefined : openAudit(config.auditLog, secrets);
  const takesRecords = toFile !== undefined || config.logLevel === 'debug' || config.logLevel === 'info';
  const app = new AppState({
    version,
    lightdash,
    log,
    config,
    operationIds: await excludableOperations(config),
    audit: takesRecords ? createAuditTrail(log, toFile, () => auditActor(config)) : NO_AUDIT,
  });
  const server = createServer(app);
  if (isTerminal) process.stderr.write(`${introduction(programName())}\nWaiting for a host; Ctrl+C ends it.\n`);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    const timer = setTimeout(() => process.exit(0), SHUTDOWN_GRACE_MS);
    await app.inFlight.settled();
    await server.close();
    // Lines that a slow reader has not taken yet would be lost with the process.
    await new Promise<void>((resolve) => void writeToHost('', resolve));
    await lightdash.close();
    await log.written();
    clearTimeout(timer);
    process.exit(0);
  };
  // A process that ends in the middle of a write says so, however it ends.
  process.once('exit', () => toFile?.close());
  if (toFile) process.on('SIGHUP', () => reopen(toFile, log));
  process.once('SIGTERM', () => process.exit(0));
  process.once('SIGINT', () => process.exit(0));
  process.on('unhandledRejection', (reason) => log.error({ reason: String(reason) }, 'unhandled rejection'));

  server.onerror = (error) => log.warn({ reason: error.message }, 'protocol error');
  const writeToHost = claimStdout();
  server.onclose = () => void stop();
  const transport = new StdioTransport(process.stdin, writeToHost, () => void stop());
  await server.connect(transport);
}

function openAudit(path: string, secrets: () => readonly SecretString[]): AuditFile {
  try {
    return openAuditFile(path, secrets);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reason = { ELOOP: 'is a link: name the file itself', NOT_A_FILE: 'is not a file', ENXIO: 'is not a file' }[
      code
    ];
    throw new ConfigError(`LIGHTDASH_AUDIT_LOG ${reason ?? `cannot be opened (${code})`}`);
  }
}

/** Follows a file that was moved away, as log rotation does. */
function reopen(file: AuditFile, log: ProcessLog): void {
  try {
    file.reopen();
  } catch (error) {
    log.error({ reason: String(error) }, 'the audit log cannot be opened again; the file in use stays');
  }
}

/** Starts the embedded Lightdash, as its administrator. */
async function openSandbox(version: SandboxRelease): Promise<ConnectionTarget> {
  const { startSandbox } = await import('./sandbox/index.ts');
  const { url, tokens, administrator } = await startSandbox({
    version,
    dataDir: fileURLToPath(new URL('./roastery/', import.meta.url)),
  });
  return {
    url: new URL(url),
    credentials: {
      apiKey: new SecretString(tokens.admin),
      email: administrator.email,
      password: new SecretString(administrator.password),
    },
  };
}

/** The sandbox's database is an optional peer of 68 MB: checked at the start, not at the first query. */
function requireWarehouse(): void {
  try {
    createRequire(import.meta.url).resolve('@duckdb/node-api');
  } catch {
    throw new ConfigError(
      '--sandbox needs a database in addition to lightdash-mcp: npm install @duckdb/node-api (with -g if lightdash-mcp is installed so); npx takes it by -p @duckdb/node-api',
    );
  }
}

/** Reserves stdout for the protocol: other output goes to stderr. */
function claimStdout(): WriteLine {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  // Errors come as events of process.stdout.
  return (line, written) => write(line, () => written?.());
}

function proxyOf(environment: NodeJS.ProcessEnv) {
  const read = (name: string) => environment[name] ?? environment[name.toUpperCase()];
  for (const name of ['http_proxy', 'https_proxy']) {
    const proxy = withScheme(read(name));
    if (proxy !== '' && !(URL.canParse(proxy) && /^(https?|socks5?):$/.test(new URL(proxy).protocol))) {
      throw new ConfigError(
        `${name.toUpperCase()} should be the address of a proxy, such as http://proxy.example:3128`,
      );
    }
  }
  const httpProxy = read('http_proxy');
  const httpsProxy = read('https_proxy');
  const noProxy = read('no_proxy');
  return { ...(httpProxy && { httpProxy }), ...(httpsProxy && { httpsProxy }), ...(noProxy && { noProxy }) };
}
