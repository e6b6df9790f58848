import { execFileSync } from 'node:child_process';

/** Vitest's global setup: the tests over stdio run what is published, so it is built once before them. */
export default function build(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
