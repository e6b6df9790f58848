import { execFileSync } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

/** The package as a user has it: packed, and installed from the tarball into a folder. */
export interface Installed {
  readonly tarball: string;
  /** The files of the tarball. */
  readonly files: readonly string[];
  /** The command, as the shell finds it. */
  readonly bin: string;
  /** The names of the packages that came along, itself one of them. */
  packages(): string[];
  /** Runs npm or npx in the folder, without network. */
  run(command: 'npm' | 'npx', ...args: string[]): string;
  /** Installs the sandbox's database with it, as `npm install @duckdb/node-api` would. */
  addDatabase(): void;
}

/** Packs dist/ as it is and installs it into an empty folder, without network. Runs in the folder of the project. */
export function installPackage(folder: string): Installed {
  const modules = join(folder, 'node_modules');
  const run = (command: 'npm' | 'npx', ...args: string[]) =>
    execFileSync(command, ['--offline', '--no-audit', '--no-fund', ...args], {
      // The variables that npm gives its scripts are about this folder, not about that one.
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
        npm_config_cache: join(folder, 'cache'),
      },
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  // dist/ is built once before all tests: building it here again would take it away from the others.
  const list = run('npm', 'pack', process.cwd(), '--ignore-scripts', '--json', '--pack-destination', folder);
  const [{ filename, files }] = packed.parse(JSON.parse(list));
  const tarball = join(folder, filename);
  run('npm', 'install', tarball);
  return {
    tarball,
    files: files.map(({ path }) => path),
    bin: join(modules, '.bin', 'lightdash-mcp'),
    packages: () => readdirSync(modules).filter((name) => !name.startsWith('.')),
    run,
    addDatabase: () => symlinkSync(resolve('node_modules/@duckdb'), join(modules, '@duckdb')),
  };
}
