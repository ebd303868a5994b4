// Follows a dashboard with the built client and says what happens, a line of JSON each. For tests/e2e/follower.py.
import { pathToFileURL } from "node:url";

const { module, url, email, password, deaf } = JSON.parse(process.argv[2]);
const { DashboardClient } = await import(pathToFileURL(module).href);
const say = (word, value) => console.log(JSON.stringify([word, value]));

async function post(path, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`${url}/api/auth/${path}`, options);
  say("http", [`/api/auth/${path}`, response.status]);
  return response.status === 401 ? null : response.json();
}

// A program's sign-in: the refresh token in the body.
let held = await post("token/", { email, password });
const tokens = {
  getAccessToken: async () => held && held.access,
  refresh: async () => (held = await post("refresh/", { refresh: held.refresh })) && held.access,
};

class ToldSocket extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols);
    say("opened", { at: performance.now(), resume: new URL(address).searchParams.getAll("resume") });
    this.addEventListener("close", ({ code }) => say("closed", code));
    this.addEventListener("message", ({ data }) => {
      const { data: _, patch: __, ...frame } = JSON.parse(data);
      say("frame", { ...frame, at: performance.now() });
    });
  }
  send(text) {
    const frame = JSON.parse(text);
    if (frame.type === deaf) return; // as if it had been lost
    say("sent", frame);
    super.send(text);
  }
}

const client = new DashboardClient({
  tokens,
  baseUrl: url,
  WebSocket: ToldSocket,
  fetch: async (address, options) => {
    const response = await fetch(address, options);
    say("http", [new URL(address).pathname, response.status]);
    return response;
  },
});
client.subscribe(() => {
  const { status, document, problem } = client.getSnapshot();
  say("now", { status, document, problem });
});
client.start();
setInterval(() => {}, 60_000); // stays, also when the client has given up
