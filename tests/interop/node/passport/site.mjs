// A web site made of express and passport-openidconnect: a secret and no PKCE, registered nowhere. The script is its visitor, too.

import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'
import { asked, browse, issuer, run } from '../kit.mjs'

/** The site, which shows who signed in. */
function site(callbackURL, metadata) {
  const strategy = new OpenIDConnectStrategy(
    {
      issuer: metadata.issuer,
      authorizationURL: metadata.authorization_endpoint,
      tokenURL: metadata.token_endpoint,
      userInfoURL: metadata.userinfo_endpoint,
      clientID: 'passport',
      clientSecret: asked.secret,
      callbackURL,
      scope: ['email'],
    },
    (_issuer, profile, done) => done(null, profile),
  )
  passport.use(strategy)
  passport.serializeUser((user, done) => done(null, user))
  const app = express()
  app.use(session({ secret: 'what cookies are signed with', resave: false, saveUninitialized: false }))
  app.get('/login', passport.authenticate('openidconnect'))
  app.get('/callback', passport.authenticate('openidconnect', { failureMessage: true }), (request, answer) =>
    answer.json(request.user),
  )
  app.use((error, _request, answer, _next) => answer.status(500).json({ error: error.message }))
  return app
}

await run(async () => {
  const metadata = await (await fetch(`${issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`)).json()
  const server = express().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  const home = `http://127.0.0.1:${server.address().port}`
  server.removeAllListeners('request')
  server.on('request', site(`${home}/callback`, metadata))
  try {
    const begun = await fetch(`${home}/login`, { redirect: 'manual' })
    const cookie = begun.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
    const back = await browse(begun.headers.get('location'))
    const shown = await fetch(back, { headers: { cookie } })
    return { status: shown.status, text: await shown.text() }
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
