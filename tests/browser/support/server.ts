import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 20_000;

/** A running `trainyard serve` with a data folder and an admin token of its own. */
export interface Server {
  address: string;
  adminToken: string;
  stop: () => Promise<void>;
}

/** Starts the binary that `TRAINYARD_BIN` names on a free port of the loopback, and waits until it is ready. */
export async function startServer(flags: string[] = []): Promise<Server> {
  const binary = process.env.TRAINYARD_BIN;
  if (!binary) throw new Error("TRAINYARD_BIN must name the `trainyard` binary to test");
  const data = mkdtempSync(join(tmpdir(), "trainyard-browser-"));
  // As root, the database runs as another user, who must be able to reach its folder in here.
  chmodSync(data, 0o755);
  const adminToken = `ty_${randomBytes(32).toString("hex")}`;
  const child = spawn(binary, ["serve", "--data", data, "--listen", "127.0.0.1:0", ...flags], {
    env: { ...process.env, TRAINYARD_ADMIN_TOKEN: adminToken },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-8000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const stop = async () => {
    await terminate(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    return { address: await readyAddress(child, data), adminToken, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error instanceof Error ? error.message : error}; it wrote:\n${output}`);
  }
}

/** The address in `server.json`, which the server writes once it is ready. */
function readyAddress(child: ChildProcess, data: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const watcher = watch(data);
    const timer = setTimeout(
      () => finish(() => reject(new Error("the server is not ready in time"))),
      READY_WITHIN_MS,
    );
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      watcher.close();
      settle();
    };
    const look = () => {
      try {
        const { address } = JSON.parse(readFileSync(join(data, "server.json"), "utf8"));
        if (typeof address === "string") finish(() => resolve(address));
      } catch {
        // Not there yet, or half written; the next change tells.
      }
    };
    watcher.on("change", look);
    child.once("error", (error) => finish(() => reject(error)));
    child.once("exit", (code) => finish(() => reject(new Error(`the server ended with ${code}`))));
    look();
  });
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
