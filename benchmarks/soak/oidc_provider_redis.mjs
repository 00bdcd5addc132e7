// npm oidc-provider with an adapter that keeps what it issues in Redis (as its example/adapters/redis.js does), and
// opaque access tokens, which it has to remember as ours does. Arguments: npm prefix, port, Redis socket.

import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [prefix, port, socket] = process.argv.slice(2);
const { resolve } = createRequire(path.join(prefix, 'package.json'));
const load = (name) => import(pathToFileURL(resolve(name)).href);
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

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: RedisAdapter,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['secret'] },
  scopes: ['read'],
  clients: [{
    client_id: 'bench',
    client_secret: 'secret',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_post',
  }],
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
});
provider.listen(Number(port), '127.0.0.1');
