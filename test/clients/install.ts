import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installPackage } from '../packaging/install.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The installed lightdash-mcp. */
    command: string;
  }
}

/** Vitest's global setup: the clients start what a user installs, from the packed tarball. */
export default function install({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-clients-'));
  const installed = installPackage(folder);
  installed.addDatabase();
  provide('command', installed.bin);
  return () => rmSync(folder, { recursive: true });
}
