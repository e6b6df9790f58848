import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of esbuild's account of what it put into which file of the build. */
    readonly metafile: string;
  }
}

/** Vitest's global setup: the tests over stdio run what is published, so it is built once before them. */
export default function build({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-build-'));
  const metafile = join(folder, 'metafile.json');
  execFileSync(process.execPath, ['scripts/build.mjs', '--metafile', metafile], { stdio: 'inherit' });
  provide('metafile', metafile);
  return () => rmSync(folder, { recursive: true, force: true });
}
