import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { Client, type Role } from "./client";
import { type Server, startServer } from "./server";

/** Real logs, beside the project. */
const DATA = process.env.TRAINYARD_TEST_DATA ?? join(import.meta.dirname, "../../../../shared/data");
/** A router's export: 35 records, newest first, without labels. */
export const EXPORT = join(DATA, "mcp_export/export_20250701.json");
/** 222,579 lines: enough to see a job at work. */
export const HDFS = join(DATA, "hdfs_2pct/HDFS_2pct.log.gz");
/** Of each block of `HDFS`, whether it is an anomaly. */
export const LABELS = join(DATA, "hdfs_2pct/anomaly_label.csv");

interface Fixtures {
  /** Signs the page in through a sign-in link, as this role. */
  signIn: (role?: Role, path?: string) => Promise<void>;
}

interface WorkerFixtures {
  server: Server;
  admin: Client;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from here
    async ({}, use) => {
      const server = await startServer(["--allow-source", DATA]);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  admin: [async ({ server }, use) => use(new Client(server.address, server.adminToken)), { scope: "worker" }],
  baseURL: async ({ server }, use) => use(server.address),
  // No page may throw, or ask for what the content security policy forbids.
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) faults.push(message.text());
    });
    await use(page);
    expect(faults).toEqual([]);
  },
  signIn: async ({ page, admin }, use) => {
    await use(async (role = "admin", path = "/training") => {
      const token = role === "admin" ? admin.token : await admin.tokenFor(role);
      await page.goto(`/sign-in?next=${encodeURIComponent(path)}#token=${token}`);
      await page.waitForURL((url) => url.pathname + url.search === path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    });
  },
});

export { expect };

let count = 0;
/** A name that no other test of this worker's server uses. */
export const uniqueName = (stem: string) => `${stem}-${test.info().workerIndex}-${++count}`;

/** No rule of WCAG 2.2 AA that a machine can check is broken. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((n) => `  ${n.target.join(" ")}\n  ${n.failureSummary}`).join("\n")}`,
  );
  expect(told, told.join("\n\n")).toEqual([]);
}

/** The row of a list that shows this name. */
export const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });
