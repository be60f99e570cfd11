import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecondChoice } from '../../contract/status.ts';

/** What a program that is no router does as soon as it is given its first frame. */
export type Mischief = 'flood' | 'hang' | 'crash' | 'rubbish';

const source = `
import os, socket, struct, sys, time
mischief, host, port, vhost = sys.argv[1:]
link = socket.create_connection((host, int(port)))
def say(kind, body): link.sendall(struct.pack('>II', 8 + len(body), kind) + body)
def exactly(count):
    got = b''
    while len(got) < count:
        piece = link.recv(count - len(got))
        if not piece: sys.exit(0)
        got += piece
    return got
def hear():
    length, kind = struct.unpack('>II', exactly(8))
    return kind, exactly(length - 8)
say(1, struct.pack('>HH32s32s32s', 0, 0, vhost.encode(), b'student', b''))
kind, body = hear()
while kind != 4: kind, body = hear()
print('First frame:', mischief, flush=True)
if mischief == 'crash': os.abort()
if mischief == 'hang':
    while True: time.sleep(1)
if mischief == 'rubbish':
    link.sendall(bytes(range(255, 0, -1)) * 100)
    time.sleep(60)
while True: say(4, body)
`;

/** Writes the program into a folder, and tells how it is started. */
export async function mischievous(folder: string, mischief: Mischief): Promise<SecondChoice> {
  await writeFile(join(folder, 'second.py'), source);
  const argv = ['/usr/bin/python3', 'second.py', mischief, '{host}', '{port}', '{vhost}'];
  return { kind: 'command', argv, cwd: folder };
}
