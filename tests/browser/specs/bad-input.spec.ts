import { EXPORT, expect, test, uniqueName } from "../support/test";

test.beforeEach(({ signIn }) => signIn("trainer", "/training/new"));

test("an empty file is refused with its name", async ({ page }) => {
  await page.locator("input[type=file]").setInputFiles({
    name: "nothing.log",
    mimeType: "text/plain",
    buffer: Buffer.alloc(0),
  });
  await expect(page.getByRole("alert")).toContainText(/empty/i);
  await expect(page.getByRole("alert")).toContainText("nothing.log");
});

test("an address that the server may not fetch from is refused at its field", async ({ page }) => {
  await page.getByRole("tab", { name: "Fetch from addresses" }).click();
  const addresses = page.getByRole("textbox", { name: "Addresses" });
  await addresses.fill("\ns3://somebody/else.log\n");
  await page.getByRole("button", { name: "Fetch files" }).click();
  await expect(addresses).toHaveAttribute("aria-invalid", "true");
  await expect(addresses).toHaveAccessibleDescription(
    /s3:\/\/somebody\/else\.log is refused as a source: it is not on the list/,
  );
  await addresses.fill("s3://mine/some.log");
  await expect(addresses).not.toHaveAttribute("aria-invalid", "true");
});

test("broken JSON is said to be broken, and where", async ({ page }) => {
  const record = (n: number) =>
    `{"timestamp":"2025-07-01T00:00:${String(n).padStart(2, "0")}","message":"m${n}","process_name":"p","log_level":"INFO"}`;
  const records = Array.from({ length: 16 }, (_, n) => record(n)).join(",\n");
  await page.locator("input[type=file]").setInputFiles({
    name: "broken.json",
    mimeType: "application/json",
    buffer: Buffer.from(`{"export_metadata":{},"data":[${records},\n{"timesta`),
  });
  await expect(page.getByRole("alert")).toContainText("cannot be trained on");
  await expect(page.getByRole("alert")).toContainText(/record 17|line 17/);
  await page.getByLabel("Name", { exact: true }).fill("x");
  await page.getByRole("button", { name: "Start training" }).click();
  await expect(page.getByText("Upload files or choose a dataset.")).toBeVisible();
});

test("a failed job shows its error and its error log, and can be retried and deleted", async ({ page }) => {
  const name = uniqueName("wrong-format");
  await page.locator("input[type=file]").setInputFiles(EXPORT);
  await expect(page.getByText("json-export")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill(name);
  // Every line is rejected when an export is read as HDFS lines.
  await page.getByRole("combobox", { name: "Log format" }).click();
  await page.getByRole("option", { name: "HDFS" }).click();
  await page.getByRole("button", { name: "Start training" }).click();

  await expect(page.getByText("failed", { exact: true })).toBeVisible({ timeout: 30_000 });
  const alert = page.getByRole("alert").filter({ hasText: "Training failed" });
  await expect(alert).toContainText(/reject|record|hdfs/i);
  const log = page.getByRole("region", { name: "Error log" });
  await expect(log.getByRole("listitem").filter({ hasText: "error" }).first()).toBeVisible();

  const first = page.url();
  await page.getByRole("button", { name: "Retry" }).click();
  await page.waitForURL((url) => url.href !== first);
  await expect(page.getByText("failed", { exact: true })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete training job" }).click();
  await page.waitForURL("**/training");
});

test("wrong parameters are told at their fields, before and after the server sees them", async ({ page }) => {
  await page.locator("input[type=file]").setInputFiles(EXPORT);
  await expect(page.getByText("json-export")).toBeVisible();
  await page.getByRole("combobox", { name: "Algorithm" }).click();
  await page.getByRole("option", { name: "Isolation forest", exact: true }).click();
  const trees = page.getByLabel("Trees", { exact: true });
  await trees.fill("0");
  await page.getByRole("button", { name: "Start training" }).click();
  await expect(trees).toHaveAttribute("aria-invalid", "true");
  await expect(trees).toBeFocused();
  await expect(trees).toHaveAccessibleDescription(/at least 1/);

  // A refusal by the server: the name is longer than it allows.
  await trees.fill("100");
  await page.getByLabel("Name", { exact: true }).fill("n".repeat(500));
  await page.getByRole("button", { name: "Start training" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
});

test("a job or model that is not there says so", async ({ page }) => {
  await page.goto("/models/01900000-0000-7000-8000-000000000000");
  await expect(page.getByRole("alert")).toContainText("there is no model");
  await expect(page.getByRole("alert")).toContainText("Request");
  await page.goto("/no/such/page");
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
});
