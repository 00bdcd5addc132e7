// A test suite in JavaScript against `fakeprovider serve`; nothing but Node 20 is needed.
//   node --test docs/examples/node/token_client.test.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";

const command = (process.env.FAKEPROVIDER ?? "fakeprovider").split(" ");
let provider, process_;

before(async () => {
  process_ = spawn(command[0], [...command.slice(1), "serve", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: process_.stdout })) {
    provider = JSON.parse(line); // the one line is there when the provider is
    break;
  }
});

after(() => process_.kill("SIGTERM"));

beforeEach(() => control("POST", "/reset"));

async function control(method, path, body) {
  const answer = await fetch(provider.control + path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  assert.ok(answer.ok, told.error);
  return told;
}

// The client under test: refreshes, and tries once more after a 5xx.
async function refresh(refreshToken) {
  for (let left = 1; ; left--) {
    const answer = await fetch(provider.endpoints.token, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", client_id: "cli", refresh_token: refreshToken }),
    });
    if (answer.ok) return answer.json();
    if (answer.status < 500 || left === 0) throw new Error((await answer.json()).error ?? answer.status);
  }
}

test("a refresh survives a 503", async () => {
  const seeded = await control("POST", "/tokens", { client_id: "cli" });
  const [fault] = await control("POST", "/faults", { text: "token[refresh_token] : ServerError(503) x1" });

  const tokens = await refresh(seeded.refresh_token);

  assert.notEqual(tokens.refresh_token, seeded.refresh_token);
  const { message } = await control("DELETE", `/faults/${fault.id}`);
  assert.equal(message, ""); // says so if the fault was never met: the test would have proved nothing
});

test("a session that was ended elsewhere is not refreshed for ever", async () => {
  const seeded = await control("POST", "/tokens", { client_id: "cli" });
  await control("DELETE", "/sessions");

  await assert.rejects(refresh(seeded.refresh_token), /invalid_grant/);

  const { exchanges } = await control("GET", "/journal?endpoint=token");
  assert.equal(exchanges.length, 1);
});
