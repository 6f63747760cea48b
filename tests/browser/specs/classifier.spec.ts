import { expect, expectAccessible, HDFS, LABELS, test, uniqueName } from "../support/test";

test("a classifier is trained on labelled sessions, and judged on both splits", async ({
  page,
  admin,
  signIn,
}) => {
  test.setTimeout(240_000);
  const name = uniqueName("blocks");
  const dataset = await admin.upload(HDFS, name);
  await signIn("trainer", `/training/new?dataset=${dataset}`);

  await test.step("the dataset suggests sessions by block", async () => {
    await expect(page.getByText(/Suggested for this dataset/)).toBeVisible({ timeout: 60_000 });
    await expect(page.getByLabel("Session key, regular expression")).toHaveValue("blk_-?\\d+");
  });

  await test.step("a classifier asks for labels", async () => {
    await page.getByRole("combobox", { name: "Algorithm" }).click();
    await page
      .getByRole("group", { name: "Classification, with labels" })
      .getByRole("option", { name: "Logistic regression" })
      .click();
    await page.getByRole("button", { name: "Start training" }).click();
    const labels = page.getByRole("combobox", { name: "Labels" });
    await expect(labels).toHaveAttribute("aria-invalid", "true");
    await expect(labels).toHaveAccessibleDescription(/learns from labels/);
  });

  await test.step("the label file's columns and values are found in it", async () => {
    await page.getByRole("combobox", { name: "Labels" }).click();
    await page.getByRole("option", { name: "A label file" }).click();
    await page.getByLabel("Label file to upload").setInputFiles(LABELS);
    await expect(page.getByRole("combobox", { name: "Key column" })).toHaveValue("BlockId");
    await expect(page.getByRole("combobox", { name: "Label column" })).toHaveValue("Label");
    await expect(
      page.getByRole("region", { name: "Labels" }).getByText("Anomaly", { exact: true }),
    ).toBeVisible();
  });

  await test.step("start, and follow it to completed", async () => {
    await page.getByRole("button", { name: "Start training" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
    await expect(page.getByText("completed", { exact: true })).toBeVisible({ timeout: 180_000 });
  });

  await test.step("metrics of both splits, with intervals", async () => {
    const metrics = page.getByRole("table", { name: "Metrics" });
    await expect(metrics.getByRole("columnheader")).toHaveText([
      "Metric",
      "Time-ordered split",
      /^Shuffled split/,
    ]);
    // A linear model tells this data's anomalies nearly perfectly when blocks are drawn at random.
    const f1 = metrics.getByRole("row", { name: /^F1 score/ });
    await expect(f1.getByText(/95 % interval/)).toHaveCount(2);
    const shuffled = Number.parseFloat((await f1.getByRole("cell").nth(1).innerText()).trim());
    expect(shuffled).toBeGreaterThan(0.97);
  });

  await test.step("who was taken for whom, curves, importance, and what became of the labels", async () => {
    for (const split of ["time-ordered split", "shuffled split"]) {
      await expect(page.getByRole("table", { name: `Confusion matrix, ${split}` })).toBeVisible();
      await expect(page.getByRole("table", { name: `Classes, ${split}` })).toBeVisible();
    }
    for (const curve of ["ROC curve", "Precision-recall curve", "Calibration"]) {
      await expect(page.getByRole("img", { name: curve, exact: true })).toBeVisible();
    }
    await expect(page.getByRole("region", { name: "Feature importance" })).toBeVisible();
    await expect(page.getByText("injected")).toHaveCount(0);
    const statistics = page.getByRole("region", { name: "Training statistics" });
    // Every block of the log is in the label file.
    await expect(statistics.locator('dt:text-is("Without a label")')).toHaveCount(0);
    await expect(statistics.locator('dt:text-is("Classes") + dd')).toContainText("anomaly");
    await expectAccessible(page);
    await page.screenshot({ path: "test-results/screenshots/classifier.png", fullPage: true });
  });
});
