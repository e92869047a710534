// What npm's `consul` client makes of an agent: KV, catalog, health, agent, status, sessions of watching;
// intentions and the CA's configuration by its general requests, as it has no others for them.
//   node mesh_npm_client.js HOST PORT
"use strict";
const assert = require("assert");
const Consul = require("consul");

const consul = new Consul({ host: process.argv[2], port: process.argv[3] });
const patience = 20000 * Number(process.env.GW_SLOWNESS || 1);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
// papi's own requests, with what the answer was.
const raw = async (method, path, body) => {
  const response = await consul[`_${method}`]({ path, name: path, type: "json", ...(body ? { body } : {}) });
  return response.body;
};
async function until(what, look) {
  const end = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert(Date.now() < end, `in vain: ${what}`);
    await pause(50);
  }
}

const parts = {
  async status() {
    assert.match(await consul.status.leader(), /^127\.\d+\.\d+\.1:\d+$/);
    assert.strictEqual((await consul.status.peers()).length, 1);
  },
  async kv() {
    assert.strictEqual(await consul.kv.set("npm/key", "value"), true);
    const got = await consul.kv.get("npm/key");
    assert.strictEqual(got.Value, "value");
    assert(!(await consul.kv.set({ key: "npm/key", value: "no", cas: "1" })));
    assert.strictEqual(await consul.kv.set({ key: "npm/key", value: "two", flags: "7", cas: String(got.ModifyIndex) }), true);
    assert.strictEqual((await consul.kv.get({ key: "npm/key", raw: true })).toString(), "two");
    await consul.kv.set("npm/other", "x");
    assert.deepStrictEqual(await consul.kv.keys("npm/"), ["npm/key", "npm/other"]);
    assert.strictEqual((await consul.kv.get({ key: "npm/", recurse: true })).length, 2);
    assert.strictEqual(await consul.kv.del({ key: "npm/", recurse: true }), true);
    assert.strictEqual(await consul.kv.get("npm/key"), undefined);
  },
  async agent() {
    const self = await consul.agent.self();
    assert.strictEqual(self.Config.Datacenter, "dc1");
    assert.strictEqual((await consul.agent.members()).length, 1);
    await consul.agent.service.register({ name: "npm", id: "npm1", port: 4321, tags: ["t"], check: { ttl: "60s" } });
    assert.strictEqual((await consul.agent.service.list()).npm1.Port, 4321);
    assert.strictEqual((await consul.agent.check.list())["service:npm1"].Status, "critical");
    await consul.agent.check.pass({ id: "service:npm1", note: "well" });
    assert.strictEqual((await consul.agent.check.list())["service:npm1"].Status, "passing");
    await consul.agent.service.maintenance({ id: "npm1", enable: true, reason: "look" });
    assert.strictEqual((await consul.agent.check.list())["_service_maintenance:npm1"].Status, "critical");
    await consul.agent.service.maintenance({ id: "npm1", enable: false });
    await consul.agent.check.register({ name: "extra", ttl: "30s" });
    await consul.agent.check.deregister("extra");
  },
  async catalog() {
    assert.deepStrictEqual(await consul.catalog.datacenters(), ["dc1"]);
    assert((await consul.catalog.node.list()).length >= 1);
    await until("npm in the catalog", async () => (await consul.catalog.service.list()).npm);
    assert.strictEqual((await consul.catalog.service.nodes("npm"))[0].ServicePort, 4321);
    const node = (await consul.catalog.node.list())[0].Node;
    assert((await consul.catalog.node.services(node)).Services.npm1);
  },
  async health() {
    await until("npm passes", async () => (await consul.health.service({ service: "npm", passing: true })).length === 1);
    assert.strictEqual((await consul.health.checks("npm"))[0].Status, "passing");
    assert((await consul.health.state("passing")).length >= 2);
    await consul.agent.service.deregister("npm1");
    await until("npm is gone", async () => (await consul.health.service("npm")).length === 0);
  },
  async watch() {
    await consul.kv.set("npm/watched", "0");
    const watch = consul.watch({ method: consul.kv.get, options: { key: "npm/watched", wait: "5s" } });
    const seen = [];
    watch.on("change", (data) => seen.push(data.Value));
    watch.on("error", (error) => seen.push(String(error)));
    await until("the first value", () => seen.length === 1);
    await consul.kv.set("npm/watched", "1");
    await until("the second value", () => seen.length === 2);
    watch.end();
    assert.deepStrictEqual(seen, ["0", "1"]);
    await consul.kv.del("npm/watched");
  },
  async intentions() {
    const body = { SourceName: "npm", DestinationName: "web", Action: "deny" };
    const created = await raw("post", "/connect/intentions", body);
    const all = await raw("get", "/connect/intentions");
    assert(all.some((one) => one.ID === created.ID && one.Action === "deny" && one.Precedence === 9));
    await assert.rejects(raw("post", "/connect/intentions", body), /duplicate|internal server error/);
    await raw("put", `/connect/intentions/${created.ID}`, { ...body, Action: "allow" });
    assert.strictEqual((await raw("get", `/connect/intentions/${created.ID}`)).Action, "allow");
    assert.strictEqual(await raw("delete", `/connect/intentions/${created.ID}`), true);
  },
  async configuration() {
    const before = await raw("get", "/connect/ca/configuration");
    assert.strictEqual(before.Provider, "consul");
    await raw("put", "/connect/ca/configuration", { Provider: "consul", Config: { ...before.Config, LeafCertTTL: "24h" } });
    assert.strictEqual((await raw("get", "/connect/ca/configuration")).Config.LeafCertTTL, "24h");
    // Without an index: with that of an older one nothing is changed.
    await raw("put", "/connect/ca/configuration", { Provider: "consul", Config: before.Config });
    assert.strictEqual((await raw("get", "/connect/ca/roots")).Roots.length, 1);
  },
};

(async () => {
  let failed = 0;
  for (const [name, part] of Object.entries(parts)) {
    try {
      await part();
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}: ${error.stack}`);
    }
  }
  process.exit(failed ? 1 : 0);
})();
