import { EXPORT, expect, rowOf, test, uniqueName } from "../support/test";

test("a viewer sees everything and may change nothing, and is told why", async ({ page, admin, signIn }) => {
  const name = uniqueName("seen");
  const job = await admin.train(await admin.upload(EXPORT, name), name);
  await signIn("viewer");
  const start = page.getByRole("button", { name: "New Training Job" });
  await expect(start).toBeDisabled();
  await expect(start).toHaveAccessibleDescription(/Needs the role trainer; you are signed in as viewer/);

  await page.goto("/training/new");
  await expect(page.getByRole("button", { name: "Start training" })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Choose files" })).toBeDisabled();
  await page.getByRole("tab", { name: "Fetch from addresses" }).click();
  await expect(page.getByRole("button", { name: "Fetch files" })).toBeDisabled();

  await page.goto(`/training/${job.id}`);
  await expect(page.getByRole("button", { name: "Retry" })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Delete" })).toBeDisabled();

  await page.getByRole("link", { name: "Model Management" }).click();
  const row = rowOf(page, name);
  await expect(row.getByRole("button", { name: /^Deploy/ })).toBeDisabled();
  await expect(row.getByRole("button", { name: /^Delete/ })).toBeDisabled();
  await expect(row.getByRole("link", { name: /^Download raw model/ })).toBeEnabled();
});

test("a trainer trains but does not deploy", async ({ page, admin, signIn }) => {
  const name = uniqueName("trained");
  await admin.train(await admin.upload(EXPORT, name), name);
  await signIn("trainer", "/models");
  const deploy = rowOf(page, name).getByRole("button", { name: /^Deploy/ });
  await expect(deploy).toBeDisabled();
  await expect(deploy).toHaveAccessibleDescription(/Needs the role deployer/);
  await expect(rowOf(page, name).getByRole("button", { name: /^Delete/ })).toBeEnabled();
});
