import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import lock from '../../package-lock.json' with { type: 'json' };

const notices = readFileSync('dist/THIRD_PARTY_NOTICES.txt', 'utf8');
const bill = z
  .object({
    bomFormat: z.literal('CycloneDX'),
    components: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        purl: z.string(),
        licenses: z.array(z.unknown()).min(1),
        hashes: z
          .array(z.object({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) }))
          .length(1),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync('dist/sbom.cdx.json', 'utf8')));
const names = bill.components.map(({ name }) => name);
const locked = z
  .record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() }))
  .parse(lock.packages);
/** The folder of a package: there may be several versions of one. */
const folderOf = ({ name, version }: { name: string; version: string }) =>
  Object.keys(locked).find((path) => path.endsWith(`node_modules/${name}`) && locked[path]?.version === version) ??
  name;

/** Packages that the sources import, but for types. */
function importedPackages(): string[] {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const imported = sources.flatMap((path) =>
    [
      ...readFileSync(join('src', path), 'utf8').matchAll(
        /^(?:import (?!type )[^;]*?from |.*\bimport\()'([^.'][^']*)'/gm,
      ),
    ].map(([, specifier = '']) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''),
  );
  return [...new Set(imported)].filter((name) => !name.startsWith('node:'));
}

describe('notices and bill of materials', () => {
  test('name every package that the sources import, except the optional database', () => {
    const imported = importedPackages();
    expect(imported.length).toBeGreaterThan(8);
    expect(imported.filter((name) => !names.includes(name))).toEqual(['@duckdb/node-api']);
  });

  test('name the bundled dependencies of imported packages', () => {
    expect(names).toEqual(
      expect.arrayContaining(['sonic-boom', 'thread-stream', 'atomic-sleep', 'echarts', 'zrender']),
    );
  });

  test('contain the licence of each, in full or by address', () => {
    for (const component of bill.components) {
      expect(notices).toContain(`\n${component.name} ${component.version}\nLicence: `);
      const folder = folderOf(component);
      for (const file of readdirSync(folder).filter((item) => /^(licen[cs]e|notice)(\.\w+)?$/i.test(item))) {
        expect(notices, folder).toContain(readFileSync(join(folder, file), 'utf8').trim());
      }
    }
    expect(notices).toContain('https://spdx.org/licenses/MPL-2.0.html');
  });

  test('list each package with the digest of the lock file', () => {
    for (const component of bill.components) {
      const digest = Buffer.from(component.hashes[0]?.content ?? '', 'hex').toString('base64');
      expect(locked[folderOf(component)]?.integrity, component.name).toBe(`sha512-${digest}`);
    }
  });
});

test('there is a way to report a vulnerability', () => {
  expect(existsSync('SECURITY.md')).toBe(true);
});
