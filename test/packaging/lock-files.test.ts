import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';

const lockFile = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() }).loose()) });

test.each(['package-lock.json', 'test/browser/package-lock.json', 'test/clients/package-lock.json'])(
  '%s names no registry, so any will do',
  (path) => {
    const packages = Object.entries(lockFile.parse(JSON.parse(readFileSync(path, 'utf8'))).packages);
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, entry]) => 'resolved' in entry).map(([name]) => name)).toEqual([]);
  },
);
