// The code of dependencies that is left out of the bundle.
import { readFile } from 'node:fs/promises';

/**
 * Leaves out what the server never uses and would read and run all the same: zod's error messages in 50 languages
 * (260 KB), the JSON Schema validator (130 KB) that the SDK keeps for forms with fields (our questions to a person have
 * none), of undici all but plain requests and proxies (its streams, fetch, WebSocket, caches, mocks: 230 KB, 5 MB of memory),
 * and the rasteriser's look at `Request` and `Response`: Node loads its own undici with the first look, a tenth of a first picture.
 */
export const unused = {
  name: 'unused',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {}' }));
    onLoad({ filter: /[\\/]sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
      contents: `export class AjvJsonSchemaValidator {
        getValidator(schema) {
          if (schema.type !== 'object' || Object.keys(schema.properties ?? {}).length > 0)
            throw new Error('only forms without fields are validated: scripts/build.mjs leaves the validator out');
          return (data) => ({ valid: true, data, errorMessage: undefined });
        }
      }`,
    }));
    onLoad({ filter: /[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: `
        const Dispatcher = require('./lib/dispatcher/dispatcher');
        Dispatcher.prototype.connect = require('./lib/api/api-connect');
        exports.Agent = require('./lib/dispatcher/agent');
        exports.EnvHttpProxyAgent = require('./lib/dispatcher/env-http-proxy-agent');
        exports.Pool = require('./lib/dispatcher/pool');`,
      resolveDir: 'node_modules/undici',
    }));
    onLoad({ filter: /[\\/]@resvg[\\/]resvg-wasm[\\/]index\.mjs$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/typeof (Request|Response) === "function"/g, 'false'),
    }));
  },
};
