// What every script needs: what the test asked for, a browser, and a way to tell how it went.

export const issuer = new URL(process.env.ISSUER)
export const asked = JSON.parse(process.env.ASKED)

/** Where nobody listens: the browser is never followed there. */
export const redirectUri = asked.redirect_uri ?? 'http://127.0.0.1:9/callback'

/** Visit an authorization URL as a browser; the address it is sent on to. */
export async function browse(url) {
  const answer = await fetch(url, { redirect: 'manual' })
  const location = answer.headers.get('location')
  if (!location) throw new Error(`the browser was shown a page (${answer.status}): ${await answer.text()}`)
  return tampered(new URL(location))
}

/** Visit an authorization URL that answers with a form; the request that its script would post. */
export async function browseAndPost(url) {
  const answer = await fetch(url)
  const page = await answer.text()
  const action = unescape(page.match(/<form[^>]* action="([^"]*)"/)[1])
  const inputs = [...page.matchAll(/<input[^>]* name="([^"]*)" value="([^"]*)"/g)]
  const body = new URLSearchParams(inputs.map(([, name, value]) => [unescape(name), unescape(value)]))
  return new Request(action, { method: 'POST', body })
}

/** The address with the parameters that somebody on the way changed (null: took away). */
function tampered(url) {
  for (const [name, value] of Object.entries(asked.tamper ?? {})) {
    if (value === null) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url
}

function unescape(text) {
  const letters = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#34|#39);/g, (_, name) => letters[name])
}

/** Run one flow and tell the test what came of it, as one line of JSON. */
export async function run(flow) {
  try {
    console.log(JSON.stringify({ ok: true, ...(await flow()) }))
  } catch (error) {
    console.log(JSON.stringify({ ok: false, ...describe(error) }))
  }
}

/** What a flow has to refuse: the error it ends with, or the complaint that it went through. */
export async function refusal(flow) {
  try {
    await flow()
  } catch (error) {
    return describe(error)
  }
  return { code: '', error: '', message: 'it was not refused' }
}

function describe(error) {
  const { code = '', error: oauth = '', error_description: description = '', status = 0, message } = error
  const causes = []
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) causes.push(cause.code ?? cause.message)
  return { code, error: oauth, description, status, message, causes }
}
