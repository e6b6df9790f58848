import { execSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { tools } from '../../src/tools/index.ts';
import { type Copy, readDockerfile, type Stage } from './dockerfile.ts';
import { connectTo } from './host.ts';

const stages = readDockerfile(readFileSync('Dockerfile', 'utf8'));
const [build, image] = stages;
if (build === undefined || image === undefined) throw new Error('the Dockerfile has fewer than two stages');

describe('the image', () => {
  test('is small, runs as an ordinary user, and names the server as the registry does', () => {
    expect(image.base).toMatch(/^node:\d+-alpine$/);
    expect(Number(/\d+/.exec(image.base)?.[0])).toBeGreaterThanOrEqual(Number(/\d+/.exec(manifest.engines.node)?.[0]));
    expect(image.user).toBe('node');
    expect(image.labels['io.modelcontextprotocol.server.name']).toBe(manifest.mcpName);
    expect(`git+${image.labels['org.opencontainers.image.source']}.git`).toBe(manifest.repository.url);
    expect(image.labels['org.opencontainers.image.licenses']).toBe(manifest.license);
    expect(image.steps.every((step) => 'copy' in step && step.copy.from !== undefined)).toBe(true);
  });

  test('contains everything that its build copies, and nothing else', () => {
    const ignored = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && line[0] !== '#');
    const copied = build.steps.flatMap((step) => ('copy' in step ? step.copy.sources : []));
    expect(ignored).toEqual(['*', ...copied.map((source) => `!${source}`)]);
  });
});

// The stages of Docker as folders: each stage is a folder, and its RUN lines run in it.
describe('the stages, run one by one', () => {
  const root = mkdtempSync(join(tmpdir(), 'lightdash-mcp-docker-'));
  afterAll(() => rmSync(root, { recursive: true }));

  const folderOf = (stage: Stage) => join(root, `stage-${stages.indexOf(stage)}`);
  /** The place of an image's path in its folder. */
  const placed = (stage: Stage, path: string) =>
    join(folderOf(stage), isAbsolute(path) ? path : join(stage.workdir, path));

  function copy(stage: Stage, { from, sources, target }: Copy) {
    const origin = stages.find(({ name }) => name === from);
    for (const source of sources) {
      const path = from === undefined || origin === undefined ? resolve(source) : placed(origin, source);
      expect(existsSync(path), `COPY ${source}: there is no such file`).toBe(true);
      // A folder is copied for what is in it; a file goes into the target where that is a folder.
      const into = statSync(path).isFile() && /(^\.|\/)$/.test(target) ? join(target, basename(source)) : target;
      cpSync(path, placed(stage, into), { recursive: true });
    }
  }

  test('every copied path exists, and the build needs no other', () => {
    for (const stage of stages) {
      mkdirSync(placed(stage, '.'), { recursive: true });
      for (const step of stage.steps) {
        if ('copy' in step) copy(stage, step.copy);
        // The dependencies are those that this folder has installed from the same lock file.
        else if (step.run.startsWith('npm ci')) symlinkSync(resolve('node_modules'), placed(stage, 'node_modules'));
        else execSync(step.run, { cwd: placed(stage, '.'), stdio: 'pipe' });
      }
    }
  });

  test('the image carries its licence, those of what is bundled, and a bill of materials', () => {
    for (const file of ['LICENSE', 'dist/THIRD_PARTY_NOTICES.txt', 'dist/sbom.cdx.json']) {
      expect(readFileSync(placed(image, file), 'utf8')).toBe(readFileSync(file, 'utf8'));
    }
  });

  test('the entry point serves every tool from the files of the image', async () => {
    const [command, ...args] = image.entrypoint;
    expect(command).toBe('node');
    const inFolder = args.map((argument) => (isAbsolute(argument) ? placed(image, argument) : argument));
    expect(relative(folderOf(image), inFolder[0] ?? '')).not.toMatch(/^\.\./);
    const client = await connectTo(process.execPath, inFolder, {
      LIGHTDASH_URL: 'https://bi.example',
      LIGHTDASH_API_KEY: 'ldpat_0123456789',
    });
    expect(client.getServerVersion()).toMatchObject({ version: manifest.version });
    expect((await client.listTools()).tools).toHaveLength(tools.length);
    await client.close();
  });
});
