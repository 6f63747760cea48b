import { expect, HDFS, rowOf, test, uniqueName } from "../support/test";

test("a long job shows live stages in its page and in the list, and can be cancelled", async ({
  page,
  admin,
  signIn,
}) => {
  const name = uniqueName("hdfs");
  const dataset = await admin.upload(HDFS, name);
  const { id } = await admin.call<{ id: string }>("POST", "/jobs", {
    name,
    dataset_id: dataset,
    algorithm: { type: "isolation_forest", n_estimators: 10_000 },
  });
  await signIn("trainer", `/training/${id}`);
  await expect(page.getByText("running", { exact: true })).toBeVisible({ timeout: 60_000 });
  // Wherever it is by now: one stage is the present one, and it moves on without a reload.
  const step = page.getByRole("list", { name: "Stages" }).locator("[aria-current=step]");
  await expect(step).toHaveText(/parsing|features|training/, { timeout: 60_000 });
  await expect(page.getByRole("progressbar", { name: "Progress" })).not.toHaveAttribute("aria-valuenow", "0");

  await page.getByRole("link", { name: "Training", exact: true }).click();
  await expect(rowOf(page, name).getByRole("progressbar")).toBeVisible();
  await rowOf(page, name).getByRole("link", { name: "View Details" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("cancelled", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry" })).toBeVisible();
});
