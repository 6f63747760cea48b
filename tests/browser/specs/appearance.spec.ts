import type { Page } from "@playwright/test";
import { startServer } from "../support/server";
import { EXPORT, expect, expectAccessible, rowOf, test, uniqueName } from "../support/test";

/** For people to look at. */
const picture = (page: Page, name: string, scheme: string) =>
  page.screenshot({ path: `test-results/screenshots/${name}-${scheme}.png`, fullPage: true });

for (const scheme of ["light", "dark"] as const) {
  test(`every page is accessible in the ${scheme} scheme`, async ({ page, admin, signIn }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: scheme });
    const name = uniqueName("looks");
    const dataset = await admin.upload(EXPORT, name);
    const job = await admin.train(dataset, name);
    const failed = await admin.train(dataset, uniqueName("failing"), { format: { preset: "hdfs" } });
    const deployed = await admin.train(dataset, uniqueName("deployed"));
    await admin.call("POST", `/models/${deployed.model_id}/deploy`, {});

    await page.goto("/sign-in");
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
    await expectAccessible(page);
    await picture(page, "sign-in", scheme);

    await signIn();
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", scheme);
    await expect(rowOf(page, name)).toBeVisible();
    await expectAccessible(page);
    await picture(page, "training", scheme);

    await page.goto("/training/new");
    await expect(page.getByRole("combobox", { name: "Algorithm" })).toHaveValue(/./);
    await expectAccessible(page);
    await picture(page, "new-training-job", scheme);
    await page.getByRole("tab", { name: "Fetch from addresses" }).click();
    await page.getByRole("textbox", { name: "Addresses" }).fill("s3://somebody/else.log");
    await page.getByRole("button", { name: "Fetch files" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "refused as a source" })).toBeVisible();
    await expectAccessible(page);
    await picture(page, "new-training-job-addresses", scheme);
    await page.goto(`/training/new?dataset=${dataset}`);
    await expect(page.getByRole("region", { name: "First records" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Records beside their lines" })).toBeVisible();
    await expect(page.getByRole("combobox", { name: "Algorithm" })).toHaveValue(/./);
    await expectAccessible(page);
    await picture(page, "new-training-job-data", scheme);
    await page.getByLabel("Name", { exact: true }).fill("");
    await page.getByRole("button", { name: "Start training" }).click();
    await expect(page.getByText("Some fields need another look.")).toBeVisible();
    await expectAccessible(page);

    for (const [id, called] of [
      [job.id, "view-details"],
      [failed.id, "view-details-failed"],
    ] as const) {
      await page.goto(`/training/${id}`);
      await expect(page.getByRole("region", { name: /log$/i }).getByRole("listitem").first()).toBeVisible();
      await expectAccessible(page);
      await picture(page, called, scheme);
    }

    await page.goto("/models");
    await expect(rowOf(page, name)).toBeVisible();
    await expectAccessible(page);
    await picture(page, "model-management", scheme);
    await rowOf(page, name)
      .getByRole("button", { name: /^Deploy/ })
      .click();
    await expect(page.getByRole("dialog").getByRole("combobox", { name: "Target" })).toHaveValue(/./);
    await expectAccessible(page);
    await picture(page, "deploy", scheme);

    await page.goto(`/models/${job.model_id}`);
    await expect(page.getByRole("region", { name: /^Evaluation metrics/ })).toBeVisible();
    await expectAccessible(page);
    await picture(page, "model-details", scheme);

    await page.goto("/nowhere");
    await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
    await expectAccessible(page);

    await signIn("viewer", "/training/new");
    await expect(page.getByText("You cannot start training jobs")).toBeVisible();
    await expectAccessible(page);
  });
}

test("the color scheme is chosen in the header and kept", async ({ page, signIn }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signIn("viewer");
  await page.getByRole("button", { name: "Color scheme: System" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("a new installation says what to do first", async ({ page }) => {
  const server = await startServer();
  try {
    await page.goto(`${server.address}/sign-in#token=${server.adminToken}`);
    await expect(page.getByText("No training jobs yet")).toBeVisible();
    await expectAccessible(page);
    await picture(page, "training-empty", "light");
    await page.getByRole("link", { name: "Model Management" }).click();
    await expect(page.getByText("No models yet")).toBeVisible();
    await expectAccessible(page);
  } finally {
    await server.stop();
  }
});
