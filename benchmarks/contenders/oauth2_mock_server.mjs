// npm oauth2-mock-server, as its README starts it: a new RSA key, then a port.

import { load, run } from './child.mjs';

const { OAuth2Server } = await load('oauth2-mock-server');

await run(async () => {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  return {
    port: server.address().port,
    body: 'grant_type=client_credentials&client_id=bench&client_secret=secret&scope=read',
    stop: () => server.stop(),
  };
});
