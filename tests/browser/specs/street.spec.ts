import { readFileSync } from "node:fs";
import { EXPORT, expect, rowOf, test, uniqueName } from "../support/test";

test("from a log file to a deployment package", async ({ page, admin }) => {
  const name = uniqueName("router");

  await test.step("sign in by the link that the server prints", async () => {
    await page.goto(`/sign-in#token=${admin.token}`);
    await page.waitForURL("**/training");
    expect(page.url()).not.toContain("ty_");
    await expect(page.getByRole("heading", { level: 1, name: "Training" })).toBeVisible();
  });

  await test.step("New Training Job: upload and see what was found", async () => {
    await page.getByRole("link", { name: "New Training Job" }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: "New Training Job" })).toBeFocused();
    await page.locator("input[type=file]").setInputFiles(EXPORT);
    const source = page.getByRole("region", { name: "Data source" });
    await expect(source.getByText("json-export")).toBeVisible();
    await expect(source.getByText("confidence 100.0 %")).toBeVisible();
    // The export's own `total_records`.
    await expect(source.locator("dt", { hasText: "Records read" }).locator("+ dd")).toHaveText("35");
    await expect(source.locator("dt", { hasText: "Rejected" }).locator("+ dd")).toHaveText("0");
    await expect(source.getByRole("region", { name: "First records" }).getByRole("row").nth(1)).toBeVisible();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("export_20250701");
  });

  await test.step("start, and follow it live to completed", async () => {
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Start training" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
    await expect(page.getByText("completed", { exact: true })).toBeVisible({ timeout: 30_000 });
  });

  await test.step("View Details: statistics, parameters, metrics, size, log", async () => {
    await page.getByRole("link", { name: "Training", exact: true }).click();
    await rowOf(page, name).getByRole("link", { name: "View Details" }).click();
    const statistics = page.getByRole("region", { name: "Training statistics" });
    const fact = (part: typeof statistics, term: string) => part.locator(`dt:text-is("${term}") + dd`);
    await expect(fact(statistics, "Records read")).toHaveText("35");
    await expect(fact(statistics, "Features")).toHaveText(/^\d+$/);
    await expect(fact(statistics, "Duration")).toHaveText(/\d/);
    await expect(fact(statistics, "Peak memory")).toHaveText(/MiB/);
    const parameters = page.getByRole("region", { name: "Model parameters" });
    await expect(fact(parameters, "Algorithm")).toHaveText(/, chosen automatically$/);
    await expect(fact(parameters, "Threshold")).toHaveText("gap 0.1");
    // First of all what the model does, in words, and the samples that stand out.
    await expect(page.getByRole("region", { name: "In short" })).toContainText(/it had not seen, it flags/);
    const odd = page.getByRole("list", { name: "Most anomalous samples" });
    await expect(odd.getByText(/^Score/).first()).toBeVisible();
    // Without labels, what is measured is called injected.
    const metrics = page.getByRole("region", { name: "Evaluation metrics, injected" });
    await expect(metrics.getByText("How well real anomalies are found was not measured.")).toBeVisible();
    await expect(metrics.getByRole("columnheader", { name: "Time-ordered split, injected" })).toBeVisible();
    const scores = page.getByRole("region", { name: "Scores" });
    await expect(scores.getByRole("row", { name: /Anomaly ratio/ })).toContainText("%");
    const model = page.getByRole("region", { name: "Model", exact: true });
    await expect(fact(model, "Export file size")).toHaveText(/KiB|MiB/);
    await expect(
      page.getByRole("region", { name: "Log", exact: true }).getByRole("listitem").first(),
    ).toBeVisible();
  });

  await test.step("Model Management: raw model and Deploy", async () => {
    await page.getByRole("link", { name: "Model Management" }).click();
    const row = rowOf(page, name);
    await expect(row.getByText("ready", { exact: true })).toBeVisible();
    const raw = page.waitForEvent("download");
    await row.getByRole("link", { name: /^Download raw model/ }).click();
    expect((await raw).suggestedFilename()).toMatch(/\.joblib$/);

    await row.getByRole("button", { name: /^Deploy/ }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("combobox", { name: "Target" })).toHaveValue(/scikit-learn/);
    await dialog.getByLabel("Note").fill("the first one");
    await dialog.getByRole("button", { name: "Deploy" }).click();
    await expect(row.getByText("deployed", { exact: true })).toBeVisible();
  });

  await test.step("Download Package", async () => {
    const download = page.waitForEvent("download");
    await rowOf(page, name)
      .getByRole("link", { name: /^Download Package/ })
      .click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^model_1\.0\.0.*_deployment\.zip$/);
    // Every ZIP archive begins with the signature of its first local file header.
    expect(readFileSync(await file.path()).subarray(0, 4)).toEqual(Buffer.from("PK\x03\x04"));
  });

  await test.step("a deployed model cannot be deleted; undeployed, it can", async () => {
    const row = rowOf(page, name);
    const remove = row.getByRole("button", { name: /^Delete/ });
    await expect(remove).toBeDisabled();
    await expect(remove).toHaveAccessibleDescription(/undeploy it first/);
    await row.getByRole("button", { name: /^Undeploy/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undeploy" }).click();
    await expect(row.getByText("ready", { exact: true })).toBeVisible();
    await remove.click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete model" }).click();
    await expect(row).toHaveCount(0);
  });
});
