import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z
      .object({ version: z.string().optional(), integrity: z.string().optional(), optional: z.boolean().optional() })
      .loose(),
  ),
});

const lockFiles = ['package-lock.json', 'test/browser/package-lock.json', 'test/clients/package-lock.json'];

test.each(lockFiles)('%s names no registry, so any can be used', (path) => {
  const packages = Object.entries(lockFile.parse(JSON.parse(readFileSync(path, 'utf8'))).packages);
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(([, entry]) => 'resolved' in entry).map(([name]) => name)).toEqual([]);
});

test.each(lockFiles)('%s pins every package by its digest', (path) => {
  const packages = Object.entries(lockFile.parse(JSON.parse(readFileSync(path, 'utf8'))).packages);
  for (const [name, { integrity, optional }] of packages) {
    // The project itself has none, nor has a package for another platform that the registry in use did not carry.
    if (name === '' || (optional && integrity === undefined)) continue;
    expect(integrity, name).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  }
});
