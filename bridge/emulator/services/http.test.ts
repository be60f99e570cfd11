import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import { startHttpServer } from './http-server.ts';

const serverAddress = parseIpv4('192.168.2.2') ?? 0;
const clientAddress = parseIpv4('10.0.1.100') ?? 0;

/** A server on port 80 and what it says to some bytes. */
function lab() {
  const scheduler = new VirtualScheduler();
  const network = new FakeNetwork(scheduler);
  const server = network.add('server1', serverAddress);
  const client = network.add('client', clientAddress);
  const service = startHttpServer(server, 80, { wallMs: () => Date.UTC(2026, 10, 21), address: '192.168.2.2' });
  const connect = () => client.tcp.connect({ address: serverAddress, port: 80 });
  const exchange = async (request: string) => {
    const socket = await connect();
    await socket.write(new TextEncoder().encode(request));
    let answer = '';
    for (let data = await socket.read(); data; data = await socket.read()) answer += new TextDecoder().decode(data);
    return answer;
  };
  const say = (request: string) => scheduler.settle(exchange(request));
  return { scheduler, service, exchange, say, connect: () => scheduler.settle(connect()) };
}

describe('the HTTP server of a host', () => {
  test('[EP51] GET / gives the index page that every runtime gives, with its length, and closes', async () => {
    const { say } = lab();
    const page =
      '<!doctype html>\n<title>server1</title>\n<h1>server1</h1>\n<p>This page came from 192.168.2.2, through your network.</p>\n';
    expect(await say('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe(
      'HTTP/1.0 200 OK\r\nServer: Patchbay\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nContent-type: text/html\r\n' +
        `Content-Length: ${page.length}\r\nLast-Modified: Sat, 21 Nov 2026 00:00:00 GMT\r\n\r\n${page}`,
    );
  });
  test.each([
    ['/1K', 1024],
    ['/100K', 102_400],
    ['/1M', 1_048_576],
  ])('[EP51] %s has its size', async (path, bytes) => {
    const answer = await lab().say(`GET ${path} HTTP/1.0\r\n\r\n`);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4).length).toBe(bytes);
  });
  test('[EP51] HEAD gives the head alone', async () => {
    const answer = await lab().say('HEAD /1M HTTP/1.0\r\n\r\n');
    expect(answer).toContain('Content-Length: 1048576\r\n');
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });
  test.each([
    ['a path it does not have', 'GET /nope HTTP/1.0\r\n\r\n', '404 File not found\r\n'],
    ['another method', 'POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc', '405 Method Not Allowed\r\n'],
    ['no method', 'BREW / HTTP/1.0\r\n\r\n', "501 Unsupported method ('BREW')\r\n"],
    ['no version', 'GET /\r\n\r\n', "400 Bad request version ('')\r\n"],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', '400 Host missing\r\n'],
    ['a line that is no field', 'GET / HTTP/1.0\r\nno field\r\n\r\n', '400 Bad header line\r\n'],
    ['a wrong escape', 'GET /%zz HTTP/1.0\r\n\r\n', "400 Bad request syntax ('/%zz')\r\n"],
    ['another version', 'GET / HTTP/2.0\r\n\r\n', '505 Invalid HTTP version (2.0)\r\n'],
    ['a long line', `GET /${'x'.repeat(5000)} HTTP/1.0\r\n\r\n`, '414 Request-URI Too Long\r\n'],
    ['a long field', `GET / HTTP/1.0\r\nX: ${'x'.repeat(9000)}\r\n\r\n`, '431 Request Header Fields Too Large\r\n'],
    ['no end', 'x'.repeat(9000), '431 Request Header Fields Too Large\r\n'],
  ])('[EP52] a request with %s is refused', async (_, request, status) => {
    expect((await lab().say(request)).slice('HTTP/1.0 '.length).startsWith(status)).toBe(true);
  });
  test('[EP53] the connection stays for another request only in HTTP/1.1 and when asked', async () => {
    const { say } = lab();
    const keep = 'GET /1K HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive\r\n\r\n';
    expect((await say(keep + keep)).match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
    expect((await say('GET /1K HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'.repeat(2))).match(/200 OK/g)).toHaveLength(
      1,
    );
  });
  test('[EP54] a client that says nothing, or half a head, is let go after 10 s', async () => {
    const { scheduler, connect } = lab();
    const socket = await connect();
    await scheduler.settle(socket.write(new TextEncoder().encode('GET / HT')));
    const before = scheduler.nowUs();
    await expect(scheduler.settle(socket.read())).rejects.toThrow('Connection reset by peer');
    expect(scheduler.nowUs() - before).toBeCloseTo(10_000_000, -3);
  });
  test('[EP54] three hundred clients at once are all served', async () => {
    const { scheduler, exchange } = lab();
    const clients = Array.from({ length: 300 }, () => exchange('GET / HTTP/1.0\r\n\r\n'));
    const answers = await scheduler.settle(Promise.all(clients));
    expect(answers.filter((answer) => answer.includes('200 OK'))).toHaveLength(300);
  });
  test('[EP54] close resets what is open and frees the port', async () => {
    const { scheduler, connect, service } = lab();
    const socket = await connect();
    service.close();
    service.close();
    await expect(scheduler.settle(socket.read())).rejects.toThrow('Connection reset by peer');
    await expect(connect()).rejects.toThrow('Connection refused');
  });
});
