// An HTTP proxy for tests, as a process of its own: every name in a request is this machine, the port stays.
// Prints its port and every request, one a line. With an argument it requires that as `user:password`.
import { createServer } from 'node:http';
import { connect } from 'node:net';

const [wanted] = process.argv.slice(2);
const authorization = wanted && `Basic ${Buffer.from(wanted).toString('base64')}`;
const write = (line) => process.stdout.write(`${line}\n`);

const server = createServer((request, response) => {
  write(`${request.method} ${request.url}`);
  response.writeHead(405).end();
});
server.on('connect', (request, socket) => {
  write(`CONNECT ${request.url}`);
  socket.on('error', () => undefined);
  if (authorization && request.headers['proxy-authorization'] !== authorization) {
    return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  }
  if (request.url.startsWith('forbidden.')) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  if (request.url.startsWith('closing.')) return socket.end();
  // Never answered.
  if (request.url.startsWith('silent.')) return;
  const onward = connect(Number(request.url.split(':').at(-1)), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => write(server.address().port));
// Ends with the test, even one that was killed.
process.stdin.on('end', () => process.exit(0)).resume();
