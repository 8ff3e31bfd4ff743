/** The receiver in plain `node:http`: `node examples/push-receiver/node.ts [file] [port]`. */
import { createServer } from 'node:http';
import { listener } from './node-adapter.ts';
import { exampleReceiver } from './receiver.ts';

const [file = ':memory:', port = '8787'] = process.argv.slice(2);
const receiver = await exampleReceiver(file);
createServer(listener(receiver)).listen(Number(port), '127.0.0.1', () => {
  console.log(`Push to http://127.0.0.1:${port}/api`);
});
