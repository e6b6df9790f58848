// A Lightdash of a project of the given size in a process of its own: node project.mjs '{"explores":300,…}'.
import { createServer } from 'node:http';
import { largeProject } from '../project.mjs';
import { contentResults } from '../project-content.mjs';

const { charts = 0, pauseMs = 10, ...size } = JSON.parse(process.argv[2]);
const project = largeProject(size);
let served = { requests: 0, bytes: 0 };

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const results =
      contentResults(request.method, request.url, Buffer.concat(chunks).toString(), charts) ??
      project.results(request.url);
    const body = JSON.stringify(
      results === undefined
        ? { status: 'error', error: { name: 'NotFoundError', message: 'not found' } }
        : { status: 'ok', results },
    );
    served.requests += 1;
    served.bytes += Buffer.byteLength(body);
    setTimeout(() => {
      response.writeHead(results === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(body);
    }, pauseMs);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
// The reply to each message is what was served since the last one.
process.on('message', () => {
  process.send(served);
  served = { requests: 0, bytes: 0 };
});
