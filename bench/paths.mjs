import { fileURLToPath } from 'node:url';

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const ours = here('../dist/main.js');
// CommonJS dependencies inside of an ES module call `require`.
export const requireShim =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
