// npm oidc-provider with an adapter that keeps what it issues in Redis (as its example/adapters/redis.js does), and
// opaque access tokens, which it has to remember as ours does. Arguments: npm prefix, port, Redis socket.

import { load } from '../contenders/child.mjs';
import { features, settings } from '../contenders/oidc_settings.mjs';

const [port, socket] = process.argv.slice(3);
const { Provider } = await load('oidc-provider');
const { default: Redis } = await load('ioredis');

const redis = new Redis({ path: socket, keyPrefix: 'oidc:' });

class RedisAdapter {
  constructor(name) { this.name = name; }

  key(id) { return `${this.name}:${id}`; }

  async upsert(id, payload, expiresIn) {
    await redis.multi().set(this.key(id), JSON.stringify(payload)).expire(this.key(id), expiresIn).exec();
  }

  async find(id) {
    const data = await redis.get(this.key(id));
    return data ? JSON.parse(data) : undefined;
  }

  async consume(id) { await redis.set(this.key(id), JSON.stringify({ ...await this.find(id), consumed: true }), 'KEEPTTL'); }

  async destroy(id) { await redis.del(this.key(id)); }
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  ...settings, adapter: RedisAdapter, scopes: ['read'], features,
});
provider.listen(Number(port), '127.0.0.1');
