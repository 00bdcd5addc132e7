// A correct client in JavaScript: it opens the browser, listens on the loopback, and refreshes only after a 401.
import { createHash, randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { createServer, request } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";

const folder = join(homedir(), ".config", "nodely");
const store = join(folder, "credentials.json");
const lock = join(folder, "credentials.lock");
const client_id = "nodely";
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Unhappy extends Error {}

function send(method, url, { form, token } = {}) {
  return new Promise((resolve, reject) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    if (form) headers["content-type"] = "application/x-www-form-urlencoded";
    const unreachable = (problem) => reject(new Unhappy(`no answer from ${new URL(url).host} (${problem.message})`));
    const asked = request(url, { method, headers, timeout: 3000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => (text += chunk)).on("error", unreachable);
      answer.on("end", () => {
        let members = {};
        try {
          members = JSON.parse(text) ?? {};
        } catch {
          // not JSON: it has no members
        }
        resolve({ status: answer.statusCode, members });
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("it took too long"))).on("error", unreachable);
    asked.end(form && new URLSearchParams(form).toString());
  });
}

async function discover() {
  const { status, members } = await send("GET", `${process.env.NODELY_ISSUER.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (members.issuer && members.issuer !== process.env.NODELY_ISSUER) throw new Unhappy("somebody else answers for this provider");
  if (status !== 200 || !members.token_endpoint) throw new Unhappy(`the provider cannot be discovered, status ${status}`);
  return members;
}

function load() {
  let text;
  try {
    text = fs.readFileSync(store, "utf8");
  } catch (problem) {
    if (problem.code === "ENOENT") throw new Unhappy("you are not logged in. Log in with: nodely login");
    throw new Unhappy(`the credentials cannot be read: ${problem.code}`);
  }
  try {
    const { access_token, refresh_token } = JSON.parse(text);
    if (access_token && refresh_token) return { access_token, refresh_token };
  } catch {
    // as below
  }
  throw new Unhappy("the credentials are damaged. Restore them, or log in again with: nodely login");
}

function save({ access_token, refresh_token }, earlier) {
  const draft = `${store}.${process.pid}`;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ access_token, refresh_token: refresh_token || earlier });
    fs.writeFileSync(draft, text, { mode: 0o600, flush: true });
    fs.renameSync(draft, store);
  } catch (problem) {
    fs.rmSync(draft, { force: true });
    throw new Unhappy(`the credentials could not be stored: ${problem.code}`);
  }
}

// A lock is a directory with the process id of its owner in its name; that of a dead process is removed.
async function alone(work) {
  const mine = `${lock}.${process.pid}`;
  try {
    fs.writeFileSync(mine, String(process.pid), { mode: 0o600 });
  } catch (problem) {
    throw new Unhappy(`the credentials cannot be locked: ${problem.code}`);
  }
  try {
    for (;;) {
      try {
        fs.linkSync(mine, lock);
        break;
      } catch {
        removeIfDead();
        await pause(50);
      }
    }
    try {
      return await work();
    } finally {
      fs.rmSync(lock, { force: true });
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

function removeIfDead() {
  try {
    const owner = Number(fs.readFileSync(lock, "utf8"));
    try {
      process.kill(owner, 0);
    } catch {
      fs.rmSync(`${lock}.${owner}`, { force: true });
      fs.rmSync(lock, { force: true });
    }
  } catch {
    // it is gone already
  }
}

async function login() {
  const metadata = await discover();
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const redirect_uri = `http://127.0.0.1:${server.address().port}/callback`;
  const page = new URL(metadata.authorization_endpoint);
  page.search = new URLSearchParams({
    response_type: "code", client_id, redirect_uri, state, scope: "openid offline_access",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  const returned = new Promise((resolve) => {
    server.on("request", (asked, answer) => {
      const url = new URL(asked.url, redirect_uri);
      if (url.pathname !== "/callback") return answer.writeHead(404).end();
      answer.writeHead(200, { connection: "close" }).end("Back to the terminal, please.");
      resolve(url.searchParams);
    });
  });
  if (!/^https?:$/.test(page.protocol)) throw new Unhappy("the provider names a login page that is none");
  console.log(`The browser opens for you to log in, at\n${page.href}`);
  spawn(process.env.BROWSER ?? "xdg-open", [page.href], { stdio: "ignore", detached: true }).on("error", () => {}).unref();
  const late = pause(20000).then(() => { throw new Unhappy("nobody came back from the browser in time"); });
  const answered = await Promise.race([returned, late]).finally(() => server.close());
  const issuer = answered.get("iss") ?? metadata.issuer;
  if (answered.get("state") !== state || issuer !== metadata.issuer) throw new Unhappy("the browser brought another answer");
  if (!answered.get("code")) throw new Unhappy(answered.get("error") === "access_denied" ? "the login was denied in the browser" : "the provider gave no code");
  const form = { grant_type: "authorization_code", code: answered.get("code"), redirect_uri, client_id, code_verifier: verifier };
  const { status, members } = await send("POST", metadata.token_endpoint, { form });
  if (status !== 200 || !members.access_token) throw new Unhappy(`the code was not exchanged, status ${status}`);
  save(members);
  return "You are logged in.";
}

async function renewed(refused) {
  return alone(async () => {
    const session = load();
    if (session.access_token !== refused) return session; // another process was faster
    const { token_endpoint } = await discover();
    const form = { grant_type: "refresh_token", refresh_token: session.refresh_token, client_id };
    const { status, members } = await send("POST", token_endpoint, { form });
    if (members.error === "invalid_grant") {
      fs.rmSync(store, { force: true });
      throw new Unhappy("your login has ended. Log in again with: nodely login");
    }
    if (status !== 200 || !members.access_token) throw new Unhappy(`your login could not be renewed, status ${status}. Try again later`);
    save(members, session.refresh_token);
    return load();
  });
}

async function use() {
  const url = `${process.env.NODELY_API}/issues`;
  const session = load();
  let { status, members } = await send("GET", url, { token: session.access_token });
  if (status === 401) {
    const { access_token } = await renewed(session.access_token);
    ({ status, members } = await send("GET", url, { token: access_token }));
  }
  if (status !== 200) throw new Unhappy(`the API answered ${status}. If it goes on, log in again with: nodely login`);
  return `no issues for ${members.sub}`;
}

async function logout() {
  let told = "The provider could not be told.";
  try {
    const form = { token: load().refresh_token, client_id };
    const { revocation_endpoint } = await discover();
    const { status } = revocation_endpoint ? await send("POST", revocation_endpoint, { form }) : {};
    if (status === 200) told = "The provider revoked the login.";
  } catch (problem) {
    if (!(problem instanceof Unhappy)) throw problem;
  }
  fs.rmSync(store, { force: true });
  return `You are logged out here. ${told}`;
}

const actions = { login, use, logout, "--version": async () => "nodely 1.0" };
try {
  console.log(await actions[process.argv[2]]());
  process.exit(0);
} catch (problem) {
  if (!(problem instanceof Unhappy)) throw problem;
  console.error(`nodely: ${problem.message}`);
  process.exit(1);
}
