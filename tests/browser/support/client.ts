import { readFileSync } from "node:fs";
import { basename } from "node:path";

export type Role = "viewer" | "trainer" | "deployer" | "admin";

/** Sets the scene over HTTP, as a pipeline would. What is tested goes through the page. */
export class Client {
  constructor(
    readonly address: string,
    readonly token: string,
  ) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const form = body instanceof FormData;
    const response = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body !== undefined && !form ? { "Content-Type": "application/json" } : {}),
      },
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** A new token with this role. */
  async tokenFor(role: Role): Promise<string> {
    const { secret } = await this.call<{ secret: string }>("POST", "/tokens", { name: `a-${role}`, role });
    return secret;
  }

  async upload(file: string, name: string): Promise<string> {
    const form = new FormData();
    form.append("file", new Blob([readFileSync(file)]), basename(file));
    const { id } = await this.call<{ id: string }>(
      "POST",
      `/datasets?name=${encodeURIComponent(name)}`,
      form,
    );
    return id;
  }

  /** Starts a job and returns once its event stream has ended. */
  async train(datasetId: string, name: string, more: object = {}): Promise<{ id: string; model_id: string }> {
    const { id } = await this.call<{ id: string }>("POST", "/jobs", { name, dataset_id: datasetId, ...more });
    const stream = await fetch(`${this.address}/api/v1/jobs/${id}/events`, {
      headers: { Authorization: `Bearer ${this.token}` },
    });
    await stream.text();
    return this.call("GET", `/jobs/${id}`);
  }
}
