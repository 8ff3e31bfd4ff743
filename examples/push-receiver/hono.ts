/** The receiver in Hono, beside routes of your own: `node examples/push-receiver/hono.ts [file] [port]`. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { exampleReceiver } from './receiver.ts';

const [file = ':memory:', port = '8787'] = process.argv.slice(2);
const receiver = await exampleReceiver(file);
const app = new Hono();
app.all('/api/vendor-api/*', (context) => receiver(context.req.raw));
app.all('/api/vendor-api', (context) => receiver(context.req.raw));
// What came, for your own pages. Put your own log-in in front of it.
app.get('/snapshot', async (context) => context.json(await receiver.snapshot('north')));
// Maps all that has come to customers and services of the same id, as an example.
app.post('/map-all', async (context) => {
  const { accounts, services } = await receiver.read('north');
  const synced = await receiver.syncMapping('north', {
    specVersion: 1,
    accounts: accounts.map(({ id }) => ({ vendor: 'meter', accountId: id, customerId: id })),
    services: services.map(({ id }) => ({ id, skus: [{ vendor: 'meter', skuId: id }], serviceIds: [id] })),
  });
  return context.json(synced);
});
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' }, () => {
  console.log(`Push to http://127.0.0.1:${port}/api`);
});
