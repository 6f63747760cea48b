import { EXPORT, expect, rowOf, test, uniqueName } from "../support/test";

test("lists are filtered through the URL", async ({ page, admin, signIn }) => {
  const [one, two] = [uniqueName("alpha"), uniqueName("beta")];
  const dataset = await admin.upload(EXPORT, one);
  await Promise.all([admin.train(dataset, one), admin.train(dataset, two)]);
  await signIn("viewer");
  await expect(rowOf(page, one)).toBeVisible();

  await page.getByLabel("Filter by name").fill(two);
  await page.waitForURL(`**/training?q=${two}`);
  await expect(rowOf(page, two)).toBeVisible();
  await expect(rowOf(page, one)).toHaveCount(0);

  await page.getByRole("combobox", { name: "Filter by status" }).click();
  await page.getByRole("option", { name: "failed" }).click();
  await expect(page.getByText("No training job matches")).toBeVisible();

  await page.goto(`/models?q=${one}&status=ready`);
  await expect(rowOf(page, one)).toBeVisible();
  await expect(rowOf(page, two)).toHaveCount(0);
  await expect(page.getByLabel("Filter by name")).toHaveValue(one);
});

test("deleting a model that was deployed meanwhile shows the server's refusal", async ({
  page,
  admin,
  signIn,
}) => {
  const name = uniqueName("raced");
  const job = await admin.train(await admin.upload(EXPORT, name), name);
  await signIn("admin", "/models");
  const row = rowOf(page, name);
  await row.getByRole("button", { name: /^Delete/ }).click();
  await admin.call("POST", `/models/${job.model_id}/deploy`, {});
  await page.getByRole("dialog").getByRole("button", { name: "Delete model" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(/deployed/);
  await expect(row.getByText("deployed", { exact: true })).toBeVisible();
});
