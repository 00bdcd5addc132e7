// npm oidc-provider with its in-memory store, one client, and a resource whose tokens are JWTs, signed RS256 as ours are.

import { load, run } from './child.mjs';
import { body, features, settings } from './oidc_settings.mjs';

const { Provider } = await load('oidc-provider');

const RESOURCE = 'https://api.example/';

await run(async () => {
  const provider = new Provider('http://127.0.0.1', {
    ...settings,
    features: {
      ...features,
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'read', audience: RESOURCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  const server = await new Promise((listening) => {
    const made = provider.listen(0, '127.0.0.1', () => listening(made));
  });
  return {
    port: server.address().port,
    body,
    stop: () => new Promise((stopped) => { server.close(stopped); server.closeAllConnections(); }),
  };
});
