// What every contender in node is wrapped in; child.py says what the commands are.

import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

const prefix = process.argv[2]; // where npm installed the peers

export function load(name) {
  const resolve = createRequire(path.join(prefix, 'package.json')).resolve;
  return import(pathToFileURL(resolve(name)).href);
}

function firstAnswer(port) {
  return new Promise((answered, failed) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => {
      const lines = ['GET /.well-known/openid-configuration HTTP/1.1', `Host: localhost:${port}`, 'Connection: close'];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
    socket.on('data', (part) => { answer += part; });
    socket.on('error', failed);
    socket.on('close', () => {
      if (answer.split(' ')[1] === '200') answered();
      else failed(new Error(`expected a 200, got ${answer.slice(0, 200)}`));
    });
  });
}

async function cycle(start) {
  const began = performance.now();
  const serving = await start();
  await firstAnswer(serving.port);
  const answered = performance.now();
  await serving.stop();
  return [answered - began, performance.now() - began];
}

export async function run(start) {
  const say = (answer) => process.stdout.write(`= ${JSON.stringify(answer)}\n`);
  let opened;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [command, argument] = line.split(' ');
    if (command === 'cycle') {
      const cycles = [];
      for (let n = 0; n < Number(argument); n += 1) cycles.push(await cycle(start));
      say(cycles);
    } else if (command === 'open') {
      opened = await start();
      say({ port: opened.port, token: { body: opened.body, refresh: '' } });
    } else if (command === 'close') {
      await opened.stop();
      say({});
    }
  }
  process.exit(0);
}
